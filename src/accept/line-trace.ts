/** What the trace says of the lines of a message: which are too long, and what the repairs changed. */
import type { TraceEntry } from '../message/message.ts';
import type { Instant } from '../platform/clock.ts';
import { lineBytesMax } from '../protocol/mail/content-scan.ts';
import type { LineEndRepair } from '../protocol/mail/line-end-repair.ts';
import type { OverlongLineRepair } from '../protocol/mail/overlong-lines.ts';
import { countOf } from '../platform/words.ts';

/** `longest`: octets of the longest line; 0 where lines do not count (BODY=BINARYMIME). */
export function lineTrace(
  at: Instant,
  longest: number,
  lineEnds: LineEndRepair | undefined,
  overlong: OverlongLineRepair | undefined,
): TraceEntry[] {
  const entries: TraceEntry[] = [];
  if (longest > lineBytesMax && !overlong) {
    const text = `the longest line has ${longest} octets and RFC 5322 allows ${lineBytesMax}: a next hop may refuse or break it; the repair "overlong-lines" breaks it here`;
    entries.push({ at, step: 'accepted', by: 'long-lines', text });
  }
  if (lineEnds && lineEnds.changed > 0) {
    const text = `${countOf(lineEnds.changed, 'line end')} became CRLF`;
    entries.push({ at, step: 'changed', by: 'bare-line-feeds', text });
  }
  if (overlong && overlong.changed > 0) {
    const text = `lines longer than ${lineBytesMax} octets were broken at ${countOf(overlong.changed, 'place')}`;
    entries.push({ at, step: 'changed', by: 'overlong-lines', text });
  }
  return entries;
}

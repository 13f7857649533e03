/** Transcripts through the API. */
import type { TranscriptList } from '../../../contract/schemas.ts';
import { quirkNames, repairNames } from '../../config/policy-schema.ts';
import { suggest } from '../../diagnostics/transcripts/suggest.ts';
import type { Suggestion } from '../../diagnostics/transcripts/suggest.ts';
import type { Transcript } from '../../observe/transcripts/transcript.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { changed } from '../policy/edited.ts';
import { putEntry } from '../policy/entries.ts';
import { Problem } from '../problem.ts';
import { knownSource } from '../sources/source-handlers.ts';

type Routes = 'transcripts' | 'transcript' | 'startCapture' | 'stopCapture' | 'applySwitches';

export function transcriptHandlers(context: AdminContext): Pick<Handlers, Routes> {
  const book = () => context.traffic.transcripts;
  return {
    transcripts: () => ({
      items: book()
        .all()
        .toReversed()
        .map(({ key, isSource, lastAt, sessions, failedSessions }) => {
          const { quirks, repair } = joined(
            book()
              .of(key)
              .filter(({ isFailed }) => isFailed),
          );
          return {
            key,
            kind: isSource ? ('source' as const) : ('address' as const),
            lastAt: formatInstant(lastAt),
            sessions,
            failedSessions,
            suggested: [...quirks, ...repair].map(({ name }) => name),
          };
        }),
      captures: book()
        .captures()
        .map(({ key, by, until, tapes }) => ({
          key,
          by,
          until: formatInstant(until),
          sessions: tapes.length,
        })),
    }),
    transcript({ params: { key } }) {
      const sessions = book().of(key);
      if (sessions.length === 0) {
        throw new Problem(
          404,
          'Not found',
          `no session of ${key} is kept: it is a name of a source, or an address`,
        );
      }
      return {
        key,
        suggested: joined(sessions.filter(({ isFailed }) => isFailed)),
        canApply: context.policy.current.sources.has(key) && context.policies.managed === 'store',
        sessions: sessions.map(viewOf),
      };
    },
    startCapture({ params: { key } }, caller) {
      const capture = book().capture(key, caller.name);
      if (!capture) throw new Problem(409, 'Not possible now', 'five captures are on: end one first');
      return { key, by: capture.by, until: formatInstant(capture.until) };
    },
    stopCapture({ params: { key } }) {
      if (!book().stopCapture(key)) throw new Problem(404, 'Not found', `nothing of ${key} is captured`);
    },
    async applySwitches({ params: { key }, body }, caller) {
      knownSource(context, key);
      checkNames(body.quirks, quirkNames);
      checkNames(body.repair, repairNames);
      const edit = putEntry('sources', key, (before) => ({
        ...before,
        ...added('quirks', before, body.quirks),
        ...added('repair', before, body.repair),
      }));
      const { revision, diff, findings } = changed(await context.policies.editing.edit(edit, caller.name));
      return { revision, diff: [...diff], findings };
    },
  };
}

function added(
  field: 'quirks' | 'repair',
  before: Readonly<Record<string, unknown>> | undefined,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  if (names.length === 0) return {};
  const known = before?.[field];
  return { [field]: [...new Set([...(Array.isArray(known) ? (known as unknown[]) : []), ...names])] };
}

function checkNames(names: readonly string[], known: readonly string[]): void {
  const wrong = names.find((name) => !known.includes(name));
  if (wrong === undefined) return;
  throw new Problem(422, 'There is no such switch', `${wrong}; there are ${known.join(', ')}`);
}

type Switches = TranscriptList['suggested'];

function joined(transcripts: readonly Transcript[]): Switches {
  const quirks = new Map<string, string>();
  const repair = new Map<string, string>();
  for (const transcript of transcripts) {
    const found = suggest(transcript);
    for (const { name, why } of found.quirks) quirks.set(name, why);
    for (const { name, why } of found.repair) repair.set(name, why);
  }
  const list = (found: ReadonlyMap<string, string>) => [...found].map(([name, why]) => ({ name, why }));
  return { quirks: list(quirks), repair: list(repair) };
}

function viewOf(transcript: Transcript): TranscriptList['sessions'][number] {
  const { ref, address, listener, startedAt, endedAt, ending, isFailed, dropped, lines } = transcript;
  const suggested: Suggestion = isFailed ? suggest(transcript) : { quirks: [], repair: [] };
  return {
    ref,
    address,
    listener,
    startedAt: formatInstant(startedAt),
    endedAt: formatInstant(endedAt),
    ending,
    failed: isFailed,
    dropped,
    suggested: { quirks: [...suggested.quirks], repair: [...suggested.repair] },
    lines: lines.map(({ at, from, text }) => ({ at: formatInstant(at), from, text })),
  };
}

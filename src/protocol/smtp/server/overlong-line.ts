/** A command line that is longer than allowed: read over up to its end, and cut off where no end comes. */
import type { Fault } from './fault.ts';
import type { Foreign } from './foreign-protocol.ts';
import type { Input } from './input.ts';
import { overlongLineFactor } from './limits.ts';
import type { Reading } from './session-state.ts';

/** `more`: its end has not come. A fault at its end; `Foreign` when it goes on for too long. */
export function skipOverlongLine(
  input: Input,
  reading: Extract<Reading, { kind: 'overlong-line' }>,
  lineBytes: number,
): 'more' | Fault | Foreign {
  const skip = input.skipLine();
  reading.skipped += skip.bytes;
  if (reading.skipped > lineBytes * overlongLineFactor) {
    return {
      rule: 'line-length',
      explanation: `the client sent more than ${lineBytes * overlongLineFactor} octets without a line end`,
    };
  }
  if (!skip.isEnd) return 'more';
  return {
    code: 500,
    enhanced: '5.5.2',
    text: 'Line too long',
    rule: 'line-length',
    explanation: `a command line had more than ${lineBytes} octets (limits.lineBytes)`,
  };
}

/** Lines of AUTH, which may be longer than other commands: RFC 4954 4. */
import { type AuthExchange, type AuthStep, continueAuth } from './auth.ts';
import { bareLineFeed } from './command-faults.ts';
import type { EngineOptions } from './engine-options.ts';
import type { Input } from './input.ts';
import { authLineBytesMax } from './limits.ts';

/** Octets that the next command line may have. RFC 4954 4: on that of AUTH an initial response may stand. */
export function commandBytesMax({ buffer, offset }: Input, lineBytes: number): number {
  const isAuth =
    (buffer[offset]! | 0x20) === 0x61 && /^auth /i.test(buffer.toString('latin1', offset, offset + 5));
  return isAuth ? Math.max(lineBytes, authLineBytesMax) : lineBytes;
}

/** The next line of an exchange, judged; `more` when its end has not come. */
export function takeAuthLine(
  input: Input,
  exchange: AuthExchange,
  leniency: EngineOptions['leniency'],
): AuthStep | 'more' | 'overlong' {
  const line = input.takeLine(authLineBytesMax);
  if (line === 'more' || line === 'overlong') return line;
  if (line.bare && !leniency.bareLineFeeds) return { kind: 'fault', fault: bareLineFeed };
  return continueAuth(exchange, input.buffer.toString('latin1', line.start, line.end), leniency);
}

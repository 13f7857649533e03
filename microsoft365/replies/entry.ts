/** The shape of one entry of the reply catalogue. */
import type { Verdict } from './verdict.ts';

/**
 * Where a reply is met. `mx`: the tenant's MX host on port 25. `submission`: smtp.office365.com. `hve`: High Volume Email.
 * `acs`: Azure Communication Services by SMTP. `identity`: the token endpoint. `ndr`: a bounce that comes later.
 */
export type Where = 'mx' | 'submission' | 'hve' | 'acs' | 'graph' | 'identity' | 'ndr';

/** Where in the exchange it is expected, to the best of public knowledge; `post`: after the content, or in a bounce. */
export type ReplyStage =
  | 'any'
  | 'connect'
  | 'ehlo'
  | 'starttls'
  | 'auth'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'post'
  | 'http';

/** Who can put it right: this relay's set-up and network, the tenant or the service, the recipient's side, the device. */
export type Side = 'ours' | 'microsoft-365' | 'recipient' | 'device';

export interface ReplyEntry {
  readonly id: string;
  /** As it is usually written, with the reply code or HTTP status. */
  readonly code: string;
  /** RFC 3463; absent where the reply has none, or one of a range. */
  readonly enhanced?: string;
  /** Applied, without regard to case, to the whole reply with its codes. Its repetitions are bounded. */
  readonly pattern: RegExp;
  readonly where: readonly Where[];
  readonly stage: readonly ReplyStage[];
  readonly example: string;
  /** `line`: seen so in public material. `doc`: printed in documentation without the server's suffix. `code`: only the code is published. */
  readonly exampleKind: 'line' | 'doc' | 'code';
  readonly meaning: string;
  readonly cause: readonly string[];
  readonly fix: readonly string[];
  /** What repetition of the same message does, whatever class the code has on the wire. */
  readonly retry: 'permanent' | 'transient' | 'throttle';
  readonly verdict: Verdict;
  readonly side: Side;
  readonly source: string;
  readonly note?: string;
}

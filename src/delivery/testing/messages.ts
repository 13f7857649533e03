/** Messages, replies and failures for tests of delivery. */
import type { Notify } from '../../message/envelope.ts';
import type { Accepted, Priority, QueueId } from '../../message/message.ts';
import type { Failure } from '../../message/outcome.ts';
import type { Reply } from '../../message/reply.ts';
import type { Instant } from '../../platform/clock.ts';
import { mailbox } from '../../protocol/address.ts';

export interface TestMessage {
  readonly id: string;
  readonly at: Instant;
  readonly source?: string;
  readonly owner?: string;
  /** `null`: the null reverse-path. */
  readonly sender?: string | null;
  readonly recipients?: readonly string[];
  readonly notify?: readonly Notify[];
  readonly priority?: Priority;
  readonly bytes?: number;
  readonly isNotice?: boolean;
}

const head = 'From: <a@contoso.com>\r\nSubject: test\r\n';

/** The content of every test message, whatever size its facts claim. */
export const testContent: readonly Uint8Array[] = [Buffer.from(`${head}\r\nbody\r\n`)];

export function testAccepted(message: TestMessage): Accepted {
  const { sender = 'scanner@contoso.com', recipients = ['user@example.org'], notify } = message;
  return {
    id: message.id as QueueId,
    at: message.at,
    ...(message.isNotice !== true && { source: message.source ?? 'printer' }),
    ...(message.owner !== undefined && { owner: message.owner }),
    envelope: {
      reversePath: sender === null ? null : mailbox(sender),
      recipients: recipients.map((address) => ({ address: mailbox(address), ...(notify && { notify }) })),
      body: '7bit',
      smtpUtf8: false,
      requireTls: false,
    },
    priority: message.priority ?? 'normal',
    content: {
      bytes: message.bytes ?? testContent[0]?.length ?? 0,
      headerBytes: head.length,
      eightBit: false,
      utf8Header: false,
      binary: false,
      subject: 'test',
    },
    isNotice: message.isNotice ?? false,
    trace: [],
  };
}

export function testReply(code: number, enhanced: string, text = 'said the next hop'): Reply {
  return { code, enhanced, lines: [text] };
}

/** A transient fault of the recipient unless said otherwise. */
export function testFailure(failure: Partial<Failure> = {}): Failure {
  return {
    scope: 'recipient',
    permanence: 'transient',
    stage: 'rcpt',
    code: 'refused',
    text: 'the next hop refused',
    status: '4.2.0',
    ...failure,
  };
}

/** The next hop does not answer. */
export const unreachable: Failure = testFailure({
  scope: 'connector',
  stage: 'connect',
  code: 'connection-refused',
  text: '127.0.0.1:25 refused the connection',
  status: '4.4.1',
});

export const noSuchUser: Failure = testFailure({
  permanence: 'permanent',
  code: 'refused',
  reply: testReply(550, '5.1.1', 'no such user'),
  status: '5.1.1',
});

/** RFC 1047: the connection broke after the end of the content. */
export const lostReply: Failure = testFailure({
  scope: 'destination',
  stage: 'content',
  code: 'connection-lost',
  text: 'the connection broke after the content',
  status: '4.4.2',
});

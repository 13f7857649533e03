/** Messages for tests of stores and queues. */
import type { Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';
import type { Accepted, Priority, Progress, QueueId, RecipientState } from '../../message/message.ts';
import { mailbox } from '../../protocol/address.ts';
import type { NewMessage, Store } from '../store.ts';

export const noon = instant(Date.UTC(2026, 10, 23, 12));

export interface Sample {
  readonly id: string;
  readonly at?: Instant;
  readonly source?: string;
  readonly sender?: string;
  readonly recipients?: readonly string[];
  readonly subject?: string;
  readonly priority?: Priority;
  readonly bytes?: number;
}

export function accepted(sample: Sample): Accepted {
  const recipients = sample.recipients ?? ['it@contoso.com'];
  return {
    id: sample.id as QueueId,
    at: sample.at ?? noon,
    source: sample.source ?? 'warehouse-printer',
    client: { address: '10.20.0.15', helo: 'printer', listener: 'devices' },
    envelope: {
      reversePath: mailbox(sample.sender ?? 'scanner@contoso.com'),
      recipients: recipients.map((address) => ({ address: mailbox(address) })),
      body: '8bitmime',
      smtpUtf8: false,
      requireTls: false,
    },
    priority: sample.priority ?? 'normal',
    content: {
      bytes: sample.bytes ?? 5,
      headerBytes: 3,
      eightBit: false,
      utf8Header: false,
      binary: false,
      ...(sample.subject === undefined ? {} : { subject: sample.subject }),
    },
    isNotice: false,
    trace: [{ at: sample.at ?? noon, step: 'recognised', text: 'one address inside 10.20.0.0/28' }],
  };
}

export function pending(notBefore: Instant = noon, attempts = 0): RecipientState {
  return { kind: 'pending', notBefore, attempts };
}

export function relayed(at: Instant = noon, connector = 'microsoft-365'): RecipientState {
  return {
    kind: 'relayed',
    at,
    connector,
    host: 'mail.example.net:25',
    reply: { code: 250, enhanced: '2.0.0', lines: ['Ok'] },
  };
}

export function held(at: Instant = noon): RecipientState {
  return { kind: 'held', at, by: 'admin', reason: 'test', attempts: 0 };
}

export function progress(...recipients: readonly RecipientState[]): Progress {
  return { recipients, attempts: [], inDoubt: 0, notes: [] };
}

/** A new message with one pending recipient, inline content `hello` and no lease, unless said otherwise. */
export function message(sample: Sample, change: Partial<NewMessage> = {}): NewMessage {
  return {
    accepted: accepted(sample),
    progress: progress(pending(sample.at ?? noon)),
    content: { kind: 'bytes', chunks: [Buffer.from('hello')] },
    lease: null,
    ...change,
  };
}

/** The whole content of a message as the store gives it. */
export async function contentOf(store: Store, id: string): Promise<Buffer> {
  const stored = await store.get(id as QueueId);
  if (stored?.contentRef === undefined) throw new Error(`no content of ${id}`);
  const chunks: Buffer[] = [];
  for await (const chunk of store.open(id as QueueId, stored.contentRef)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

let counter = 0;

/** Identifiers in order, shaped like a ULID. */
export function nextId(): QueueId {
  counter += 1;
  return `01KB${String(counter).padStart(22, '0')}` as QueueId;
}

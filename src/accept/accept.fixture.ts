/** A way in for tests: the real queue over the memory store, and a policy compiled from its document. */
import { policySchema } from '../config/policy-schema.ts';
import type { Envelope } from '../message/envelope.ts';
import type { QueueId } from '../message/message.ts';
import { RecordedEvents } from '../observe/events.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { idFactory, seededRandom } from '../platform/random.ts';
import { compilePolicy } from '../policy/compile.ts';
import type { Source } from '../policy/policy.ts';
import type { Refusal } from '../policy/verdict.ts';
import { mailbox } from '../protocol/address.ts';
import type { Queue } from '../queue/queue.ts';
import { createQueue } from '../queue/relay-queue.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import type { Store, StoredMessage } from '../store/store.ts';
import { createAcceptance } from './accept.ts';
import type { Acceptance, Intake, Receipt, Transaction } from './acceptance.ts';

export interface WayIn extends AsyncDisposable {
  readonly acceptance: Acceptance;
  readonly queue: Queue;
  readonly store: Store;
  readonly events: RecordedEvents;
  readonly clock: FakeClock;
  readonly newId: () => QueueId;
}

export interface WayInOptions {
  readonly inlineBytesMax?: number;
  readonly contentBytesInFlightMax?: number;
  readonly health?: () => 'ok' | 'full' | 'failing';
  readonly roomBytes?: () => number | undefined;
  /** Puts a faulty store in place of the sound one. */
  readonly wrapStore?: (store: Store) => Store;
}

export async function openWayIn(options: WayInOptions = {}): Promise<WayIn> {
  const clock = new FakeClock();
  const events = new RecordedEvents();
  const newId = idFactory(seededRandom(1));
  const sound = createMemoryStore({ clock, inlineBytesMax: options.inlineBytesMax ?? 128 * 1024 });
  const store = options.wrapStore?.(sound) ?? sound;
  const queue = await createQueue({
    store,
    clock,
    owner: 'test',
    memoryBudgetBytes: 64 * 2 ** 20,
    leaseMs: 60_000,
  });
  const acceptance = createAcceptance({
    queue,
    clock,
    newId,
    hostname: 'relay.contoso.com',
    events,
    diskHealth: options.health ?? (() => 'ok'),
    ...(options.roomBytes && { roomBytes: options.roomBytes }),
    contentBytesInFlightMax: options.contentBytesInFlightMax ?? 64 * 2 ** 20,
  });
  return {
    acceptance,
    queue,
    store,
    events,
    clock,
    newId: () => newId(clock.now()) as QueueId,
    async [Symbol.asyncDispose]() {
      await queue[Symbol.asyncDispose]();
      await sound[Symbol.asyncDispose]();
    },
  };
}

/** `fields` are keys of a source in the policy document. */
export function sourceWith(fields: Record<string, unknown> = {}): Source {
  const document = policySchema.parse({
    sources: [{ name: 'scanner', networks: ['192.0.2.7'], senders: ['*@contoso.com'], ...fields }],
  });
  const { policy, findings } = compilePolicy(document, 1);
  const source = policy.sources.get('scanner');
  if (!source) throw new Error(`no source: ${JSON.stringify(findings)}`);
  return source;
}

export function transaction(
  way: WayIn,
  given: Partial<Transaction> & { envelope?: Partial<Envelope> } = {},
): Transaction {
  return {
    id: way.newId(),
    source: sourceWith(),
    client: { address: '192.0.2.7', helo: 'scanner.contoso.com', listener: 'devices' },
    protocol: 'ESMTP',
    trace: [],
    messageBytesMax: 10 * 2 ** 20,
    headerBytesMax: 256 * 2 ** 10,
    ...given,
    envelope: {
      reversePath: mailbox('scan@contoso.com'),
      recipients: [{ address: mailbox('bob@example.com') }],
      body: '7bit',
      smtpUtf8: false,
      requireTls: false,
      ...given.envelope,
    },
  };
}

/** Gives the content as a listener does: it waits where it is told to. */
export async function give(intake: Intake, chunks: readonly Buffer[]): Promise<Receipt | Refusal> {
  for (const chunk of chunks) {
    if (!intake.write(chunk)) await intake.drained();
  }
  return intake.finish();
}

export interface Stored {
  readonly message: StoredMessage;
  readonly content: Buffer;
  /** The content without the Received field on top. */
  readonly behindTrace: Buffer;
}

/** What the store has, which is what will be sent. */
export async function stored(way: WayIn, result: Receipt | Refusal): Promise<Stored> {
  if (result.kind !== 'receipt') throw new Error(`refused: ${JSON.stringify(result)}`);
  const message = await way.store.get(result.id);
  if (!message?.contentRef) throw new Error('nothing stored');
  const chunks: Buffer[] = [];
  for await (const chunk of way.store.open(result.id, message.contentRef)) chunks.push(chunk);
  const content = Buffer.concat(chunks);
  const [received = ''] = /^Received: .*?\r\n(?![ \t])/s.exec(content.toString('latin1')) ?? [];
  return { message, content, behindTrace: content.subarray(received.length) };
}

export function splitAt(content: Buffer, cuts: readonly number[]): Buffer[] {
  const points = [0, ...cuts.filter((cut) => cut < content.length).sort((a, b) => a - b), content.length];
  return points.slice(1).map((end, index) => Buffer.from(content.subarray(points[index], end)));
}

/** Lines with CRLF. */
export function mail(...lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n`);
}

/**
 * CPU of the way in for one small message that nothing is changed in, up to the queue's door:
 * `node src/accept/accept.measure.ts`. Measured on 2 cores shared with other work: 10 µs.
 */
import { systemClock } from '../platform/clock.ts';
import { idFactory, systemRandom } from '../platform/random.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import { mailbox } from '../protocol/address.ts';
import { RecordedEvents } from '../observe/events.ts';
import type { QueueId } from '../message/message.ts';
import type { Queue } from '../queue/queue.ts';
import { mail, sourceWith } from './accept.fixture.ts';
import { createAcceptance } from './accept.ts';

const store = createMemoryStore();
// Only the cost of acceptance is wanted, so the queue takes what it is given and forgets it.
const queue = { store, accept: async () => undefined } as unknown as Queue;
const newId = idFactory(systemRandom());
const acceptance = createAcceptance({
  queue,
  clock: systemClock,
  newId,
  hostname: 'relay.contoso.com',
  events: Object.assign(new RecordedEvents(), { emit: () => undefined }),
  diskHealth: () => 'ok',
  contentBytesInFlightMax: 64 * 2 ** 20,
});
const content = mail(
  'From: "Scanner" <scan@contoso.com>',
  'To: bob@example.com',
  'Subject: Hello there',
  'Date: Mon, 23 Nov 2026 08:00:00 +0000',
  'Message-ID: <1@contoso.com>',
  'MIME-Version: 1.0',
  'Content-Type: text/plain',
  'X-Mailer: scanner',
  '',
  ...Array<string>(55).fill('The quick brown fox jumps over the lazy dog and so on and so on ok.'),
);
const transaction = {
  id: newId(0) as QueueId,
  source: sourceWith(),
  client: { address: '192.0.2.7', helo: 'scanner.contoso.com', listener: 'devices' },
  envelope: {
    reversePath: mailbox('scan@contoso.com'),
    recipients: [{ address: mailbox('bob@example.com') }],
    body: '7bit' as const,
    smtpUtf8: false,
    requireTls: false,
  },
  protocol: 'ESMTP',
  trace: [],
  messageBytesMax: 10 * 2 ** 20,
  headerBytesMax: 256 * 2 ** 10,
};

async function accept(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const intake = acceptance.begin(transaction);
    intake.write(content);
    const result = await intake.finish();
    if (result.kind !== 'receipt') throw new Error(JSON.stringify(result));
  }
}

await accept(20_000);
for (let round = 0; round < 5; round++) {
  const count = 50_000;
  const before = process.cpuUsage();
  await accept(count);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(
    `${content.length} octets: ${((user + system) / count).toFixed(1)} µs of CPU a message\n`,
  );
}

/**
 * Fills an embedded store with traced messages and measures what somebody who looks for one of them waits: through the
 * store's own interface and threads, the worst cases included (a term that fits nothing reads everything).
 */
import { mkdir } from 'node:fs/promises';
import type { QueueId } from '../src/message/message.ts';
import { instant, plus } from '../src/platform/clock.ts';
import { idFactory, systemRandom } from '../src/platform/random.ts';
import { message, noon, progress, relayed } from '../src/store/conformance/samples.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import type { MessageQuery, Store } from '../src/store/store.ts';

const callers = 500;
const monthMs = 30 * 86_400_000;
const repeats = 3;

export interface SearchTime {
  readonly name: string;
  /** Median of the repeats, in milliseconds. */
  readonly ms: number;
  readonly found: number;
  /** The search ended before everything was looked at. */
  readonly isCut: boolean;
}

export interface SearchResult {
  readonly rows: number;
  readonly fillSeconds: number;
  readonly bytesOnDisk: number;
  readonly rssMiB: number;
  readonly times: readonly SearchTime[];
}

/** `directory` is made, and left to the caller to remove. */
export async function measureSearch(
  directory: string,
  rows: number,
  say: (text: string) => void,
): Promise<SearchResult> {
  await mkdir(directory, { recursive: true });
  await using store = await openSqliteStore({ directory });
  const begin = performance.now();
  const last = await fill(store, rows, say);
  const fillSeconds = (performance.now() - begin) / 1000;
  const times: SearchTime[] = [];
  for (const [name, query] of searches(last, rows)) {
    const time = await measureOne(store, name, query);
    times.push(time);
    say(searchLine(time));
  }
  const { bytesOnDisk } = await store.stats();
  const rssMiB = Math.round(process.memoryUsage.rss() / 2 ** 20);
  return { rows, fillSeconds, bytesOnDisk, rssMiB, times };
}

export function searchLine({ name, ms, found, isCut }: SearchTime): string {
  const end = isCut ? ', not to the end' : '';
  return `${name.padEnd(48)} ${ms.toFixed(1).padStart(9)} ms  ${found} found${end}\n`;
}

/** A store of so many traced messages in `directory`, which is made. */
export async function fillStore(directory: string, rows: number, say: (text: string) => void): Promise<void> {
  await mkdir(directory, { recursive: true });
  await using store = await openSqliteStore({ directory });
  await fill(store, rows, say);
}

async function fill(store: Store, rows: number, say: (text: string) => void): Promise<QueueId> {
  const newId = idFactory(systemRandom());
  let next = 0;
  let last = '' as QueueId;
  const caller = async (): Promise<void> => {
    while (next < rows) {
      const number = next++;
      const at = plus(instant(noon - 3 * monthMs), Math.floor((number / rows) * 3 * monthMs));
      const id = newId(at) as QueueId;
      if (number === rows - 1) last = id;
      const sender = `scanner${number % 5_000}@print.contoso.com`;
      const recipients = [`user${number % 20_000}@contoso.com`];
      const subject = `Scan from floor ${number % 31}, document ${number}`;
      const source = `source-${number % 97}`;
      const sample = { id, at, sender, recipients, subject, source, bytes: 4_000 + (number % 100_000) };
      await store.insert(message(sample, { progress: progress(relayed(at, 'microsoft-365')) }));
      if (number > 0 && number % 250_000 === 0) say(`${number} messages kept\n`);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return last;
}

function searches(last: QueueId, rows: number): readonly (readonly [string, Omit<MessageQuery, 'limit'>])[] {
  const month = { acceptedFrom: instant(noon - 2 * monthMs), acceptedBefore: instant(noon - monthMs) };
  const list = Array.from({ length: 50 }, (_, index) => `nobody${index}@contoso.com`).join('\n');
  return [
    ['no filter', {}],
    ['a term that fits everything', { text: 'contoso' }],
    ['a term that fits nothing', { text: 'fabrikam' }],
    ['a term that fits nothing, of common pieces', { text: 'contoso.contoso.com' }],
    ['one subject among all', { text: `document ${Math.floor(rows / 2)}` }],
    ['the reference of the newest', { text: last }],
    ['one sender within a month', { sender: 'scanner4321@print.contoso.com', ...month }],
    ['nobody within a month', { sender: 'nobody@print.contoso.com', ...month }],
    ['a wildcard that fits nothing', { sender: 'scan*@*.fabrikam.com' }],
    ['a wildcard over all fields that fits nothing', { text: 'scan*@*.fabrikam.com' }],
    ['a pasted list of 50 that fits nothing', { text: list }],
    ['a pasted list of 50 recipients', { recipient: list }],
    ['a result that nothing has', { result: 'expired' }],
    ['a connector that nothing has', { connector: 'backup' }],
    ['everything at once, nothing fits', { text: 'floor', sender: 'print', source: 'source-98', ...month }],
    ['the largest', { order: 'largest' }],
    ['a term that fits everything, the largest', { text: 'contoso', order: 'largest' }],
    ['what waits, and nothing does', { state: 'active', text: 'contoso' }],
  ];
}

async function measureOne(
  store: Store,
  name: string,
  query: Omit<MessageQuery, 'limit'>,
): Promise<SearchTime> {
  const times: number[] = [];
  let found = 0;
  let isCut = false;
  for (let run = 0; run < repeats; run += 1) {
    const begin = performance.now();
    const page = await store.list({ ...query, limit: 50 });
    times.push(performance.now() - begin);
    found = page.items.length;
    isCut = page.cursor !== undefined && found < 50;
  }
  times.sort((a, b) => a - b);
  return { name, ms: times[Math.floor(repeats / 2)] ?? 0, found, isCut };
}

/** `relay365 queue …`: what waits, and what an operator does to it. */
import type { MessageSummary } from '../../contract/schemas.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { confirm } from './confirm.ts';
import type { Column } from './output.ts';
import { answer, formatBytes, formatSender, formatTime, write, writeJson, writeTable } from './output.ts';
import { messageStory } from './story.ts';

type State = 'active' | 'held' | 'settled' | 'all';

export const messageColumns: readonly Column<MessageSummary>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'accepted', value: ({ at }) => formatTime(at) },
  { title: 'state', value: (row) => row.result ?? row.state },
  { title: 'source', value: (row) => row.source ?? (row.isNotice ? '(notice)' : ''), widthMax: 24 },
  { title: 'sender', value: ({ sender }) => formatSender(sender), widthMax: 32 },
  { title: 'recipients', value: recipientsOf, widthMax: 40 },
  { title: 'size', value: ({ bytes }) => formatBytes(bytes) },
  { title: 'next', value: (row) => (row.nextAttemptAt ? formatTime(row.nextAttemptAt) : '') },
  { title: 'last word', value: (row) => row.last ?? '', widthMax: 160 },
];

function recipientsOf({ recipients, recipientCount }: MessageSummary): string {
  const [first = ''] = recipients;
  return recipientCount > 1 ? `${first} and ${recipientCount - 1} more` : first;
}

export async function list(
  options: ConfigOption & {
    readonly state: State;
    readonly source?: string;
    readonly text?: string;
    readonly limit: number;
    readonly json?: true;
  },
): Promise<void> {
  const client = await connect(options);
  const page = await client.call('messages', {
    query: {
      state: options.state === 'all' ? undefined : options.state,
      source: options.source,
      text: options.text,
      limit: options.limit,
    },
  });
  if (options.json) {
    writeJson(page);
    return;
  }
  writeTable(page.items, messageColumns, 'no messages');
  if (page.cursor)
    write(`there are more than ${options.limit}: --limit shows more, --source and --text narrow it`);
}

export async function show(id: string, options: ConfigOption & { readonly json?: true }): Promise<void> {
  const message = await (await connect(options)).call('message', { params: { id } });
  if (options.json) writeJson(message);
  else for (const line of messageStory(message)) write(line);
}

type JsonOption = ConfigOption & { readonly json?: true };

export async function hold(id: string, options: JsonOption & { readonly reason?: string }): Promise<void> {
  const client = await connect(options);
  const body = options.reason ? { reason: options.reason } : {};
  const done = await client.call('hold', { params: { id }, body });
  answer(options, done, () => write(`${id} is held; "relay365 queue release ${id}" lets it go`));
}

export async function release(id: string, options: JsonOption): Promise<void> {
  const done = await (await connect(options)).call('release', { params: { id } });
  answer(options, done, () => write(`${id} is released and is tried again`));
}

export async function retry(id: string, options: JsonOption): Promise<void> {
  const done = await (await connect(options)).call('retry', { params: { id } });
  answer(options, done, () => write(`${id} is due now; "relay365 queue show ${id}" tells what comes of it`));
}

export async function reroute(id: string, connector: string | undefined, options: JsonOption): Promise<void> {
  const client = await connect(options);
  const done = await client.call('reroute', { params: { id }, body: { connector: connector ?? null } });
  answer(options, done, () =>
    write(connector ? `${id} goes by ${connector}` : `${id} goes as the policy says`),
  );
}

export async function remove(
  id: string,
  options: JsonOption & { readonly withoutNotice?: true; readonly yes?: true },
): Promise<void> {
  const notice = options.withoutNotice !== true;
  const told = notice ? 'tell its sender' : 'tell nobody';
  await confirm(options, { words: `give up ${id}, and ${told}`, about: 'named' });
  const done = await (await connect(options)).call('remove', { params: { id }, body: { notice } });
  answer(options, done, () =>
    write(notice ? `${id} is given up; its sender is told` : `${id} is given up without a notice`),
  );
}

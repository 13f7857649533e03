/** `relay365 trace`: the story behind a reference, or what fits a text. */
import { once } from 'node:events';
import type { MessageFilter } from '../../contract/schemas.ts';
import type { AdminClient, ConfigOption } from './client.ts';
import { connect } from './client.ts';
import type { FilterOptions } from './message-filter.ts';
import { filterOf } from './message-filter.ts';
import type { Span } from './searches.ts';
import { savedFilter, sinceOf } from './searches.ts';
import { messageColumns } from './queue.ts';
import { write, writeJson, writeTable, formatTime } from './output.ts';
import { eventStory, messageStory } from './story.ts';
import { CommandFailure, exitCodes } from './failure.ts';

type ExportFormat = 'csv' | 'json' | 'ndjson';

const reference = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

export interface TraceOptions extends ConfigOption, FilterOptions {
  readonly state?: 'active' | 'held' | 'settled';
  readonly order: 'newest' | 'oldest' | 'largest' | 'smallest';
  readonly limit: number;
  readonly export?: ExportFormat;
  readonly last?: Span;
  /** Name of a saved one. */
  readonly search?: string;
  readonly json?: true;
}

export async function trace(text: string | undefined, options: TraceOptions): Promise<void> {
  const client = await connect(options);
  if (text !== undefined && reference.test(text) && options.export === undefined) {
    await traceReference(client, text.toUpperCase(), options);
    return;
  }
  const { state, last, search } = options;
  const saved = search === undefined ? {} : await savedFilter(client, search);
  const filter = { ...saved, ...filterOf(options, text), ...(state ? { state } : {}), ...sinceOf(last) };
  if (options.export === undefined) await traceFilter(client, filter, options);
  else await exportAll(client, filter, options, options.export);
}

async function traceReference(
  client: AdminClient,
  ref: string,
  options: { readonly json?: true },
): Promise<void> {
  const found = await client.call('trace', { params: { ref } });
  if (options.json) {
    writeJson(found);
    return;
  }
  const lines = found.kind === 'message' ? messageStory(found.message) : eventStory(found.event);
  for (const line of lines) write(line);
}

/** As much as fits goes out at once; a reader that is slow, such as a pager, slows the export down. */
async function exportAll(
  client: AdminClient,
  filter: Partial<MessageFilter>,
  options: TraceOptions,
  format: ExportFormat,
): Promise<void> {
  const { order } = options;
  if (order !== 'newest' && order !== 'oldest') {
    throw new CommandFailure(exitCodes.other, '--export goes by time: give --order newest or oldest');
  }
  const query = { ...filter, order, format };
  for await (const piece of client.download('exportMessages', { query })) {
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
  }
}

async function traceFilter(
  client: AdminClient,
  { text, ...filter }: Partial<MessageFilter>,
  options: TraceOptions,
): Promise<void> {
  const { order, limit } = options;
  const isFiltered = Object.keys(filter).length > 0;
  const [messages, events] = await Promise.all([
    client.call('messages', { query: { ...filter, text, order, limit } }),
    // A refusal has none of these fields.
    isFiltered ? { items: [] } : client.call('events', { query: { text, limit } }),
  ]);
  if (options.json) {
    writeJson({ messages: messages.items, events: events.items });
    return;
  }
  const [message] = messages.items;
  if (messages.items.length === 1 && events.items.length === 0 && message) {
    await traceReference(client, message.id, options);
    return;
  }
  if (messages.items.length + events.items.length === 0) {
    const what = text ? `nothing fits "${text}"` : 'nothing fits these filters';
    throw new CommandFailure(exitCodes.other, text || isFiltered ? what : 'nothing has happened yet');
  }
  writeTable(messages.items, messageColumns, 'no messages');
  write('');
  writeTable(
    events.items,
    [
      { title: 'ref', value: ({ ref }) => ref },
      { title: 'at', value: ({ at }) => formatTime(at) },
      { title: 'what', value: ({ kind }) => kind },
      { title: 'client', value: ({ address }) => address ?? '' },
      { title: 'source', value: ({ source }) => source ?? '' },
      {
        title: 'why',
        value: ({ fields }) => (fields['explanation'] as string | undefined) ?? '',
        widthMax: 90,
      },
    ],
    'no refusals',
  );
}

/** `relay365 trace`: the story behind a reference, or what fits a text. */
import type { AdminClient, ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { messageColumns } from './queue.ts';
import { write, writeJson, writeTable, formatTime } from './output.ts';
import { eventStory, messageStory } from './story.ts';
import { CommandFailure, exitCodes } from './failure.ts';

const reference = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

export async function trace(
  text: string | undefined,
  options: ConfigOption & { readonly limit: number; readonly json?: true },
): Promise<void> {
  const client = await connect(options);
  if (text !== undefined && reference.test(text)) await traceReference(client, text.toUpperCase(), options);
  else await traceText(client, text, options);
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

async function traceText(
  client: AdminClient,
  text: string | undefined,
  options: { readonly limit: number; readonly json?: true },
): Promise<void> {
  const query = { text, limit: options.limit };
  const [messages, events] = await Promise.all([
    client.call('messages', { query }),
    client.call('events', { query }),
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
    throw new CommandFailure(exitCodes.other, text ? `nothing fits "${text}"` : 'nothing has happened yet');
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

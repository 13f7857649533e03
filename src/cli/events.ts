/** `relay365 events`: refusals and failed logins. */
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { answer, formatTime, write, writeTable } from './output.ts';
import { eventStory } from './story.ts';

interface Options extends ConfigOption {
  readonly json?: true;
}

export async function list(
  options: Options & {
    readonly kind?: string;
    readonly source?: string;
    readonly text?: string;
    readonly limit: number;
  },
): Promise<void> {
  const { kind, source, text, limit } = options;
  const query = {
    limit,
    ...(kind !== undefined && { kind }),
    ...(source !== undefined && { source }),
    ...(text !== undefined && { text }),
  };
  const page = await (await connect(options)).call('events', { query });
  answer(options, page, ({ items, cursor }) => {
    writeTable(
      items,
      [
        { title: 'ref', value: ({ ref }) => ref },
        { title: 'at', value: ({ at }) => formatTime(at) },
        { title: 'what', value: (one) => one.kind },
        { title: 'client', value: ({ address }) => address ?? '' },
        { title: 'source', value: (one) => one.source ?? '', widthMax: 32 },
        {
          title: 'why',
          value: ({ fields }) => (fields['explanation'] as string | undefined) ?? '',
          widthMax: 90,
        },
      ],
      'nothing was refused',
    );
    if (cursor)
      write(`there are more than ${limit}: --limit shows more, --source, --text and --kind narrow it`);
  });
}

export async function show(ref: string, options: Options): Promise<void> {
  const found = await (await connect(options)).call('event', { params: { ref } });
  answer(options, found, (event) => {
    for (const line of eventStory(event)) write(line);
  });
}

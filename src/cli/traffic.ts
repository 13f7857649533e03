/** `relay365 stats`, `strangers list`, `queue groups`: what is seen of the mail flow. */
import type { StatisticsQuery } from '../../contract/schemas.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import type { Column } from './output.ts';
import { formatTime, write, writeJson, writeTable } from './output.ts';

type Json = { readonly json?: true };

export async function stats(
  options: ConfigOption & Json & Pick<StatisticsQuery, 'range' | 'by'> & { readonly name?: string },
): Promise<void> {
  const { range, by, name } = options;
  const view = await (
    await connect(options)
  ).call('statistics', { query: { range, by, ...(name ? { name } : {}) } });
  if (options.json) {
    writeJson(view);
    return;
  }
  const columns = (['accepted', 'relayed', 'deferred', 'refused', 'failed'] as const).map(
    (title): Column<(typeof view.series)[number]> => ({ title, value: ({ sum }) => String(sum[title]) }),
  );
  writeTable(
    view.series,
    [{ title: by, value: (row) => row.name, widthMax: 40 }, ...columns],
    'nothing was counted yet',
  );
}

export async function strangers(
  options: ConfigOption & Json & { readonly text?: string; readonly limit: number },
): Promise<void> {
  const { text, limit } = options;
  const page = await (
    await connect(options)
  ).call('strangers', { query: { limit, ...(text ? { text } : {}) } });
  if (options.json) {
    writeJson(page);
    return;
  }
  writeTable(
    page.items,
    [
      { title: 'address', value: ({ address }) => address },
      { title: 'name', value: ({ reverseName }) => reverseName ?? '', widthMax: 32 },
      { title: 'tries', value: ({ count }) => String(count) },
      { title: 'first', value: ({ firstAt }) => formatTime(firstAt) },
      { title: 'last', value: ({ lastAt }) => formatTime(lastAt) },
      { title: 'sender', value: ({ senders }) => senders[0] ?? '', widthMax: 32 },
      { title: 'recipient', value: ({ recipients }) => recipients[0] ?? '', widthMax: 32 },
      { title: 'decision', value: ({ decision }) => (decision === 'none' ? '' : decision) },
    ],
    'no unknown client has tried to send',
  );
  if (page.cursor) write(`there are more than ${limit}: --limit shows more, --text narrows it`);
}

export async function groups(
  options: ConfigOption & Json & { readonly by: 'connector' | 'domain' | 'reason' | 'all' },
): Promise<void> {
  const view = await (await connect(options)).call('queueGroups', { query: { by: options.by } });
  if (options.json) {
    writeJson(view);
    return;
  }
  writeTable(
    view.groups,
    [
      { title: 'connector', value: ({ connector }) => connector ?? '', widthMax: 24 },
      { title: 'domain', value: ({ domain }) => domain ?? '', widthMax: 32 },
      { title: 'messages', value: ({ messages }) => String(messages) },
      { title: 'recipients', value: ({ recipients }) => String(recipients) },
      { title: 'held', value: ({ held }) => String(held) },
      { title: 'oldest', value: ({ oldestAt }) => formatTime(oldestAt) },
      { title: 'next', value: ({ nextAttemptAt }) => (nextAttemptAt ? formatTime(nextAttemptAt) : '') },
      { title: 'waiting for', value: ({ code }) => code ?? '' },
      { title: 'why', value: ({ reason }) => reason ?? '', widthMax: 90 },
    ],
    'nothing waits',
  );
  if (view.isCut) write('there are more groups than are shown: --by makes fewer');
}

/** `relay365 calendar` and `relay365 report`. */
import type { CalendarKind } from '../../contract/schemas/calendar.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { countOf, formatBytes, write, writeJson, writeTable } from './output.ts';

export async function calendar(
  options: ConfigOption & {
    readonly within?: string;
    readonly kind?: string;
    readonly ics?: true;
    readonly json?: true;
  },
): Promise<void> {
  const client = await connect(options);
  const query = {
    ...(options.within === undefined ? {} : { within: Number(options.within) }),
    ...(options.kind === undefined ? {} : { kind: options.kind as CalendarKind }),
  };
  if (options.ics) {
    process.stdout.write(await client.call('calendarExport', { query }));
    return;
  }
  const found = await client.call('calendar', { query });
  if (options.json) {
    writeJson(found);
    return;
  }
  writeTable(
    found.items,
    [
      { title: 'due', value: ({ dueAt }) => new Date(Date.parse(dueAt) - 1).toISOString().slice(0, 10) },
      { title: 'days', value: ({ days }) => String(days) },
      { title: 'state', value: ({ state }) => state },
      { title: 'what', value: ({ title }) => title, widthMax: 80 },
      { title: 'owner', value: ({ owner }) => owner ?? '' },
    ],
    'nothing ends or falls due',
  );
}

export async function report(
  month: string | undefined,
  options: ConfigOption & { readonly csv?: true; readonly json?: true },
): Promise<void> {
  const client = await connect(options);
  if (month === undefined) {
    const { items } = await client.call('reports');
    if (options.json) writeJson({ items });
    else
      writeTable(
        items,
        [
          { title: 'month', value: (one) => one.month },
          { title: 'days counted', value: ({ days }) => String(days) },
          { title: 'complete', value: ({ complete }) => (complete ? 'yes' : 'no') },
        ],
        'nothing was counted yet',
      );
    return;
  }
  if (options.csv) {
    process.stdout.write(await client.call('reportCsv', { params: { month } }));
    return;
  }
  const found = await client.call('report', { params: { month } });
  if (options.json) {
    writeJson(found);
    return;
  }
  const { totals } = found;
  write(`${found.month}${found.complete ? '' : ' (not over)'}: ${countOf(found.countedDays, 'day')} counted`);
  write(
    `accepted ${totals.accepted} (${formatBytes(totals.bytes)}), relayed ${totals.relayed}, failed ${totals.failed}`,
  );
  write(`deferred ${totals.deferred}, refused ${totals.refused}, failed logins ${totals.failedLogins}`);
  write(
    `unauthorised attempts ${found.unauthorised.attempts}, sources without TLS ${found.plaintext.length}, ending ${found.ending.length}`,
  );
  writeTable(
    found.sources,
    [
      { title: 'source', value: ({ name }) => name },
      { title: 'accepted', value: ({ accepted }) => String(accepted) },
      { title: 'relayed', value: ({ relayed }) => String(relayed) },
      { title: 'failed', value: ({ failed }) => String(failed) },
      { title: 'refused', value: ({ refused }) => String(refused) },
    ],
    'no source sent anything',
  );
}

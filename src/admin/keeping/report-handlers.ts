/** Reports for a month, as values and as a table. */
import type { Report } from '../../../contract/schemas/reports.ts';
import type { DayCounts } from '../../observe/traffic/day-record.ts';
import type { Days } from '../../observe/traffic/days.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { MonthReport } from '../../reports/report.ts';
import { boundsOf, monthBefore, monthReport } from '../../reports/report.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { csvLine } from '../messages/export.ts';
import { present } from '../present.ts';
import { Problem } from '../problem.ts';
import { viewOf as calendarView } from './calendar-handlers.ts';

export type ReportControl = Pick<Days, 'between' | 'months'>;

export function reportHandlers(context: AdminContext): Pick<Handlers, 'reports' | 'report' | 'reportCsv'> {
  return {
    async reports() {
      const now = formatInstant(context.clock.now()).slice(0, 7);
      const months = await context.keeping.reports.months();
      return { items: Array.from(months, ([month, days]) => ({ month, days, complete: month < now })) };
    },
    report: ({ params }) => reportOf(context, params.month),
    async reportCsv({ params }) {
      return {
        text: csvOf(await reportOf(context, params.month)),
        headers: { 'content-disposition': `attachment; filename="relay365-${params.month}.csv"` },
      };
    },
  };
}

async function reportOf(context: AdminContext, month: string): Promise<Report> {
  const { clock, hostname, keeping } = context;
  const now = clock.now();
  const { from, before, lastDay } = boundsOf(month);
  const days = await keeping.reports.between(`${month}-01`, lastDay);
  if (days.length === 0) throw new Problem(404, 'Not found', `nothing was counted in ${month}`);
  const earlier = monthBefore(month);
  const previous = monthReport(await keeping.reports.between(`${earlier}-01`, boundsOf(earlier).lastDay));
  const made = monthReport(days);
  const nextEnd = boundsOf(formatInstant(before).slice(0, 7)).before;
  return {
    month,
    from: formatInstant(from),
    before: formatInstant(before),
    complete: now >= before,
    madeAt: formatInstant(now),
    hostname,
    countedDays: made.countedDays,
    totals: { ...counted(made.total), failedLogins: made.failedLogins },
    ...present({ previous: previous.countedDays === 0 ? undefined : counted(previous.total) }),
    days: made.days.map(({ day, counts }) => ({ day, ...counted(counts) })),
    sources: made.sources.map(([name, counts]) => ({ name, ...ownerOf(context, name), ...counted(counts) })),
    connectors: made.connectors.map(([name, [, , relayed, failed, deferred]]) => ({
      name,
      relayed,
      failed,
      deferred,
    })),
    failures: made.failures.map(({ cause, text, count, connectors }) => ({
      cause,
      text,
      messages: count,
      connectors: [...connectors],
    })),
    refusals: made.refusals.map(([rule, count]) => ({ rule, count })),
    unauthorised: unauthorisedOf(context, made),
    plaintext: made.plain.map((one) => ({
      ...one,
      ...ownerOf(context, one.source),
      lastAt: formatInstant(one.lastAt),
    })),
    ending: keeping.calendar
      .items()
      .filter(({ at }) => at >= from && at < nextEnd)
      .map((item) => calendarView(item, keeping.calendar, now)),
  };
}

function unauthorisedOf(context: AdminContext, made: MonthReport): Report['unauthorised'] {
  return {
    attempts: made.unauthorised,
    addresses: made.addresses.map(({ name, count, lastAt }) => ({
      address: name,
      attempts: count,
      lastAt: formatInstant(lastAt),
      ...present({ reverseName: context.traffic.strangers.get(name)?.reverseName }),
    })),
    users: made.users.map(({ name, count, lastAt }) => ({
      user: name,
      attempts: count,
      lastAt: formatInstant(lastAt),
    })),
  };
}

function counted([accepted, bytes, relayed, failed, deferred, refused]: DayCounts) {
  return { accepted, bytes, relayed, failed, deferred, refused };
}

function ownerOf({ policy }: AdminContext, source: string): { readonly owner?: string } {
  return present({ owner: policy.current.sources.get(source)?.config.owner });
}

/** One table: section, name, measure, value. Cells that a spreadsheet would take for a formula are marked as text. */
function csvOf(report: Report): string {
  const rows: (readonly [string, string, string, string | number])[] = [
    ['report', report.month, 'hostname', report.hostname],
    ['report', report.month, 'complete', String(report.complete)],
    ['report', report.month, 'counted days', report.countedDays],
    ...measures('total', report.month, report.totals),
    ...(report.previous ? measures('previous month', monthBefore(report.month), report.previous) : []),
    ...report.days.flatMap(({ day, ...counts }) => measures('day', day, counts)),
    ...report.sources.flatMap(({ name, owner, ...counts }) => [
      ...(owner === undefined ? [] : [['source', name, 'owner', owner] as const]),
      ...measures('source', name, counts),
    ]),
    ...report.connectors.flatMap(({ name, ...counts }) => measures('connector', name, counts)),
    ...report.failures.flatMap(({ cause, text, messages }) => [
      ['failure', cause, 'attempts', messages] as const,
      ['failure', cause, 'text', text] as const,
    ]),
    ...report.refusals.map(({ rule, count }) => ['refusal', rule, 'count', count] as const),
    ...report.unauthorised.addresses.map(
      ({ address, attempts }) => ['unauthorised address', address, 'attempts', attempts] as const,
    ),
    ...report.unauthorised.users.map(
      ({ user, attempts }) => ['unauthorised user', user, 'attempts', attempts] as const,
    ),
    ...report.plaintext.flatMap(({ source, sessions, withTls, clearLogins }) =>
      measures('without TLS', source, { sessions, withTls, clearLogins }),
    ),
    ...report.ending.map(({ name, title, dueAt }) => ['ending', name, title, dueAt] as const),
  ];
  const head = csvLine(['section', 'name', 'measure', 'value']);
  return head + rows.map((row) => csvLine(row.map(String))).join('');
}

function measures(section: string, name: string, counts: Record<string, number>) {
  return Object.entries(counts).map(([measure, value]) => [section, name, measure, value] as const);
}

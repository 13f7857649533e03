import { makeStyles, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { Report } from '../../../contract/schemas/reports.ts';
import { useMay } from '../../app/session.ts';
import { Moment } from '../../parts/moment.tsx';
import { NumberLink } from '../../parts/number-link.tsx';
import { Prose } from '../../parts/prose.tsx';
import { bytes, countOf, number } from '../../parts/words.ts';
import { dateOf } from '../calendar/calendar-words.ts';
import { ReportTable } from './report-table.tsx';

const useStyles = makeStyles({
  numbers: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(136px, 1fr))',
    gap: tokens.spacingHorizontalM,
  },
  quiet: { color: tokens.colorNeutralForeground2 },
});

/** Days in the month, as the report has it. */
const daysIn = ({ from, before }: Report): number =>
  Math.round((Date.parse(before) - Date.parse(from)) / 86_400_000);

export function MonthReport({ report }: { readonly report: Report }): ReactNode {
  const styles = useStyles();
  const mayTrace = useMay('help-desk');
  const { totals, previous, hostname, madeAt, complete, countedDays } = report;
  const before = (value: number | undefined): string =>
    value === undefined ? '' : `${number(value)} the month before`;
  const tiles = [
    ['Messages accepted', totals.accepted, previous?.accepted, { origin: 'client' }],
    ['Relayed', totals.relayed, previous?.relayed, { status: 'delivered' }],
    ['Failed', totals.failed, previous?.failed, { status: 'undelivered' }],
    ['Attempts to repeat', totals.deferred, previous?.deferred, undefined],
    ['Refused', totals.refused, previous?.refused, undefined],
  ] as const;
  return (
    <>
      <p className={styles.quiet}>
        {`${hostname}, `}
        {complete ? 'the whole month' : 'the month so far'}
        {', made '}
        <Moment at={madeAt} show="full" />
        {`. The relay ran on ${countOf(countedDays, 'day')} of ${daysIn(report)}; the others are not in the numbers.`}
        {!previous && ' The month before was not counted.'}
      </p>
      <div className={styles.numbers}>
        {tiles.map(([label, value, earlier, search]) => (
          <NumberLink
            key={label}
            label={label}
            value={value}
            note={before(earlier)}
            {...(mayTrace &&
              search && { to: '/messages', search: { from: report.from, before: report.before, ...search } })}
          />
        ))}
        <NumberLink
          label="Volume"
          value={bytes(totals.bytes)}
          note={previous ? `${bytes(previous.bytes)} the month before` : ''}
        />
        <NumberLink label="Failed logins" value={totals.failedLogins} note="" />
      </div>
      <Volumes report={report} />
      <Trouble report={report} />
      <Ending report={report} />
    </>
  );
}

function Volumes({ report: { days, sources, connectors } }: { readonly report: Report }): ReactNode {
  return (
    <>
      <ReportTable
        title="By day"
        noun="day"
        items={days}
        keyOf={({ day }) => day}
        none="No day was counted."
        columns={[
          ['Day', ({ day }) => day],
          ['Accepted', ({ accepted }) => accepted],
          ['Volume', (one) => bytes(one.bytes), 'end'],
          ['Relayed', ({ relayed }) => relayed],
          ['Failed', ({ failed }) => failed],
          ['To repeat', ({ deferred }) => deferred],
          ['Refused', ({ refused }) => refused],
        ]}
      />
      <ReportTable
        title="By source"
        noun="source"
        items={sources}
        keyOf={({ name }) => name}
        none="No source sent anything."
        columns={[
          ['Source', ({ name }) => name],
          ['Owner', ({ owner }) => owner ?? 'No owner'],
          ['Accepted', ({ accepted }) => accepted],
          ['Volume', (one) => bytes(one.bytes), 'end'],
          ['Relayed', ({ relayed }) => relayed],
          ['Failed', ({ failed }) => failed],
          ['Refused', ({ refused }) => refused],
        ]}
      />
      <ReportTable
        title="By connector"
        noun="connector"
        items={connectors}
        keyOf={({ name }) => name}
        none="No connector was used."
        columns={[
          ['Connector', ({ name }) => name],
          ['Relayed', ({ relayed }) => relayed],
          ['Failed', ({ failed }) => failed],
          ['To repeat', ({ deferred }) => deferred],
        ]}
      />
    </>
  );
}

function Trouble({ report }: { readonly report: Report }): ReactNode {
  const { failures, refusals, unauthorised, plaintext } = report;
  return (
    <>
      <ReportTable
        title="Why attempts failed"
        noun="cause"
        items={failures}
        keyOf={({ cause, text }) => `${cause} ${text}`}
        none="No attempt failed."
        columns={[
          ['Cause', ({ text, cause }) => <Cause text={text === '' ? cause : text} />],
          ['Connectors', ({ connectors }) => connectors.join(', '), 'narrow'],
          ['Messages', ({ messages }) => messages],
        ]}
      />
      <ReportTable
        title="Refusals by rule"
        noun="rule"
        items={refusals}
        keyOf={({ rule }) => rule}
        none="Nothing was refused."
        columns={[
          ['Rule', ({ rule }) => rule],
          ['Refused', ({ count }) => count],
        ]}
      />
      <ReportTable
        title={`Unauthorised attempts by address (${number(unauthorised.attempts)} in all)`}
        noun="client"
        items={unauthorised.addresses}
        keyOf={({ address }) => address}
        none="Nobody tried."
        columns={[
          ['Address', ({ address }) => address],
          ['Reverse name', ({ reverseName }) => reverseName ?? 'None known'],
          ['Last', ({ lastAt }) => <Moment at={lastAt} show="full" />],
          ['Attempts', ({ attempts }) => attempts],
        ]}
      />
      {unauthorised.users.length > 0 && (
        <ReportTable
          title="Unauthorised attempts by user name"
          noun="user name"
          items={unauthorised.users}
          keyOf={({ user }) => user}
          none=""
          columns={[
            ['User name', ({ user }) => user],
            ['Last', ({ lastAt }) => <Moment at={lastAt} show="full" />],
            ['Attempts', ({ attempts }) => attempts],
          ]}
        />
      )}
      <ReportTable
        title="Sources that sent without TLS"
        noun="source"
        items={plaintext}
        keyOf={({ source }) => source}
        none="Every session was encrypted."
        columns={[
          ['Source', ({ source }) => source],
          ['Owner', ({ owner }) => owner ?? 'No owner'],
          ['Last', ({ lastAt }) => <Moment at={lastAt} show="full" />],
          ['Without TLS', ({ sessions }) => sessions],
          ['With TLS', ({ withTls }) => withTls],
          ['Passwords in clear', ({ clearLogins }) => clearLogins],
        ]}
      />
    </>
  );
}

function Ending({ report: { ending } }: { readonly report: Report }): ReactNode {
  const overdue = ending.filter(({ state }) => state === 'overdue').length;
  return (
    <>
      {overdue > 0 && (
        <MessageBar intent="warning">
          <MessageBarBody>{`${countOf(overdue, 'date')} passed without anything being done.`}</MessageBarBody>
        </MessageBar>
      )}
      <ReportTable
        title="What falls due, this month and next"
        noun="date"
        items={ending}
        keyOf={({ id }) => id}
        none="Nothing falls due."
        columns={[
          ['What', ({ title }) => title],
          ['Due', (item) => dateOf(item)],
          ['Owner', ({ owner }) => owner ?? 'No owner'],
          ['To do', ({ todo }) => todo.replaceAll('`', '')],
        ]}
      />
    </>
  );
}

function Cause({ text }: { readonly text: string }): ReactNode {
  return (
    <span title={text}>
      <Prose text={text} />
    </span>
  );
}

/** The report of a month, made to be printed. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { DataBarVerticalRegular } from '@fluentui/react-icons/svg/data-bar-vertical';
import { PrintRegular } from '@fluentui/react-icons/svg/print';
import type { ReactNode } from 'react';
import { urlOf } from '../../api/client.ts';
import { useRead } from '../../api/queries.ts';
import { textFilter, useFilters } from '../../app/filters.ts';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { CopyLink } from '../../parts/copy-button.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { MonthReport } from './month-report.tsx';

const filters = { month: textFilter };

const useStyles = makeStyles({
  tools: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: tokens.spacingHorizontalM },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [{ month }, change] = useFilters(filters);
  const months = useRead('reports', {});
  const chosen = month ?? months.data?.items[0]?.month;
  const report = useRead('report', { params: { month: chosen ?? '' } }, { enabled: chosen !== undefined });
  const error = months.error ?? report.error;
  const again = (): void => void Promise.all([months.refetch(), chosen !== undefined && report.refetch()]);
  return (
    <PageFrame
      title={chosen === undefined ? 'Reports' : `Report for ${chosen}`}
      lead="Volumes, failures, unauthorised attempts, devices without TLS and what ends, of one month in UTC."
      actions={
        <div className={`${styles.tools} no-print`}>
          <CopyLink />
          {report.data && (
            <>
              <Button
                as="a"
                appearance="subtle"
                icon={<ArrowDownloadRegular />}
                href={urlOf('reportCsv', { params: { month: report.data.month } })}
                download={`relay365-${report.data.month}.csv`}
              >
                CSV
              </Button>
              <Button appearance="primary" icon={<PrintRegular />} onClick={() => window.print()}>
                Print
              </Button>
            </>
          )}
        </div>
      }
    >
      {months.data && months.data.items.length > 0 && (
        <div className={`${styles.tools} no-print`}>
          <ChoiceField
            label="Month"
            value={chosen}
            choices={months.data.items.map(
              ({ month: one, complete }) => [one, `${one}${complete ? '' : ' (so far)'}`] as const,
            )}
            onChange={(next) => change({ month: next })}
          />
        </div>
      )}
      {error && <ErrorState problem={error} retry={again} />}
      {months.data?.items.length === 0 && (
        <EmptyState title="Nothing is counted yet" icon={DataBarVerticalRegular}>
          The first report is made of the first mail: counts of each day are kept as long as{' '}
          <code>retention.days</code> of relay365.yaml says.
        </EmptyState>
      )}
      {report.data && !report.error ? (
        <MonthReport report={report.data} />
      ) : (
        !error && months.data?.items.length !== 0 && <PagePending />
      )}
    </PageFrame>
  );
}

/** "Did it really arrive?": exports of the message trace and returned messages, joined to what this relay handed over. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { MailCheckmarkRegular } from '@fluentui/react-icons/svg/mail-checkmark';
import type { ReactNode } from 'react';
import { useChange } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { CodeView } from '../../parts/code-view.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { OpenFiles } from '../../parts/open-files.tsx';
import type { ShownArrivals } from './arrival-table.tsx';
import { ArrivalTable } from './arrival-table.tsx';

// learn.microsoft.com/powershell/module/exchange/get-messagetracev2: ten days at a time, 5000 rows an answer.
const traceScript =
  'Get-MessageTraceV2 -StartDate (Get-Date).AddDays(-2) -EndDate (Get-Date) -ResultSize 5000 |\n  Export-Csv -NoTypeInformation -Encoding utf8 trace.csv';

const useStyles = makeStyles({
  tools: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
});

export function ArrivalsPanel({ show, onShow }: ShownArrivals): ReactNode {
  const styles = useStyles();
  const join = useChange('arrivals', ['message', 'messages']);
  return (
    <>
      <Card
        title="A message trace, or messages that came back"
        actions={<CopyButton what="Lines" text={`${traceScript}\n`} />}
      >
        <p>
          250 of Exchange Online means that it took a message, not that a mailbox has it. Export the trace
          with these lines, or save returned messages as files (.eml), and open them here.
        </p>
        <CodeView wrap label="Lines that export the trace" text={traceScript} />
        <div className={styles.tools}>
          <OpenFiles
            words="Open files"
            label="Message traces and returned messages"
            accept=".csv,.json,.eml,text/csv,application/json,message/rfc822"
            multiple
            primary
            disabled={join.isPending}
            onFiles={(files) => join.mutate({ body: { files: [...files] } })}
          />
          <span>What they tell is kept with the messages; the files are not.</span>
        </div>
        {join.error && <ErrorState problem={join.error} />}
      </Card>
      {join.data ? (
        <ArrivalTable table={join.data} show={show} onShow={onShow} />
      ) : (
        <Card title="Did it arrive?">
          <EmptyState title="No file was opened yet" icon={MailCheckmarkRegular}>
            Each message of this relay that the files tell of is listed with what became of it, and its page
            says so too.
          </EmptyState>
        </Card>
      )}
    </>
  );
}

/** Content of a message: hidden until it is asked for, because looking leaves an audit entry with the reader's name. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { EyeRegular } from '@fluentui/react-icons/svg/eye';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { urlOf } from '../../api/client.ts';
import { useRead } from '../../api/queries.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { bytes, countOf } from '../../parts/words.ts';
import { PagePending } from '../../shell/page-pending.tsx';

const useStyles = makeStyles({
  text: {
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
  frame: {
    width: '100%',
    height: '420px',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: '#fff',
  },
  heading: { fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
});

export function Content({ id, isKept }: { readonly id: string; readonly isKept: boolean }): ReactNode {
  const [isAsked, setAsked] = useState(false);
  if (!isKept) {
    return (
      <EmptyState title="The content is gone">
        A relay keeps content only until every recipient is settled. What remains is the trace.
      </EmptyState>
    );
  }
  if (isAsked) return <Shown id={id} />;
  return (
    <EmptyState
      title="The content is private"
      icon={EyeRegular}
      action={
        <Button appearance="primary" onClick={() => setAsked(true)}>
          Show the content
        </Button>
      }
    >
      Looking at it is written to the audit trail with your name.
    </EmptyState>
  );
}

function Shown({ id }: { readonly id: string }): ReactNode {
  const styles = useStyles();
  const { data, error, refetch } = useRead('messageContent', { params: { id } });
  if (error && !data) return <ErrorState problem={error} retry={() => void refetch()} />;
  if (!data) return <PagePending />;
  return (
    <>
      {data.text !== undefined && <pre className={styles.text}>{data.text}</pre>}
      {data.hasHtml && (
        // Without allow-scripts and allow-same-origin nothing of the mail runs or reads this console.
        <iframe
          className={styles.frame}
          title="HTML part of the message"
          sandbox=""
          src={urlOf('messageHtml', { params: { id } })}
          referrerPolicy="no-referrer"
        />
      )}
      {data.isCut && <p>Only the beginning is shown.</p>}
      <h3 className={styles.heading}>{countOf(data.attachmentCount, 'attachment')}</h3>
      {data.attachments.length > 0 && (
        <ul>
          {data.attachments.map(({ name, type, bytes: size }, index) => (
            // Two attachments may be alike in everything.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index}>{`${name ?? '(no name)'} · ${type} · ${bytes(size)}`}</li>
          ))}
        </ul>
      )}
    </>
  );
}

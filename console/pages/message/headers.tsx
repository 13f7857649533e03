/** The header section as it came and as it goes, with what was changed and by what. */
import { makeStyles, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useRead } from '../../api/queries.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Told } from '../../parts/prose.tsx';
import { PagePending } from '../../shell/page-pending.tsx';

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 360px), 1fr))',
    gap: tokens.spacingHorizontalL,
  },
  side: { minWidth: 0 },
  head: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    fontSize: tokens.fontSizeBase300,
    fontWeight: tokens.fontWeightSemibold,
  },
  text: {
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
  changes: { paddingLeft: '18px', listStyleType: 'disc' },
});

export function Headers({ id }: { readonly id: string }): ReactNode {
  const styles = useStyles();
  const { data, error, refetch } = useRead('messageHeaders', { params: { id } });
  if (error && !data) return <ErrorState problem={error} retry={() => void refetch()} />;
  if (!data) return <PagePending />;
  const { before, after, changes, note } = data;
  return (
    <>
      {note !== undefined && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            <Told text={note} />
          </MessageBarBody>
        </MessageBar>
      )}
      {changes.length > 0 && (
        <ul className={styles.changes} aria-label="Changes">
          {changes.map(({ by, text }) => (
            <li key={`${by} ${text}`}>{by === undefined ? text : `${text} (${by})`}</li>
          ))}
        </ul>
      )}
      <div className={styles.columns}>
        <Side title="Before" text={before} />
        <Side title="After" text={after} />
      </div>
    </>
  );
}

function Side({ title, text }: { readonly title: string; readonly text: string | undefined }): ReactNode {
  const styles = useStyles();
  if (text === undefined) return null;
  return (
    <section className={styles.side} aria-label={`Headers ${title.toLowerCase()}`}>
      <h3 className={styles.head}>
        {title} <CopyButton small what={`Headers ${title.toLowerCase()}`} text={text} />
      </h3>
      <pre className={styles.text}>{text}</pre>
    </section>
  );
}

/** What the other side said, word for word, beside what it means. */
import { Badge, Link, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { Explanation } from '../../contract/schemas/explanation.ts';
import { CodeView } from './code-view.tsx';
import { CopyButton } from './copy-button.tsx';

const useStyles = makeStyles({
  block: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 300px), 1fr))',
    gap: tokens.spacingHorizontalL,
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  side: { minWidth: 0, display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  label: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    minHeight: '24px',
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground2,
  },
  verbatim: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
  meaning: { fontWeight: tokens.fontWeightSemibold },
  list: { paddingLeft: '18px', listStyleType: 'disc' },
});

export interface ReplyBlockProps {
  readonly reply: string;
  readonly explanation?: Explanation | undefined;
}

export function ReplyBlock({ reply, explanation }: ReplyBlockProps): ReactNode {
  const styles = useStyles();
  return (
    <div className={styles.block}>
      <div className={styles.side}>
        <div className={styles.label}>
          Verbatim <CopyButton small what="Reply" text={reply} />
        </div>
        <p className={styles.verbatim}>{reply}</p>
      </div>
      {explanation && (
        <div className={styles.side}>
          <div className={styles.label}>
            What it means
            <Badge appearance="outline" color="informative">
              {explanation.code}
            </Badge>
          </div>
          <p className={styles.meaning}>{explanation.meaning}</p>
          <List title="Why" items={explanation.cause} />
          <List title="What helps" items={explanation.fix} />
          <p>{explanation.advice}</p>
          {explanation.lines.map(({ tenant, title, lines }) => (
            <div key={`${tenant} ${title}`}>
              <div className={styles.label}>
                {title}
                <CopyButton small what={`Lines: ${title}`} text={`${lines.join('\n')}\n`} />
              </div>
              <CodeView wrap label={`${title}, for ${tenant}`} text={lines.join('\n')} />
            </div>
          ))}
          {explanation.source.startsWith('https://') && (
            <Link href={explanation.source} target="_blank" rel="noreferrer">
              Documentation
            </Link>
          )}
        </div>
      )}
    </div>
  );
}

function List({ title, items }: { readonly title: string; readonly items: readonly string[] }): ReactNode {
  const styles = useStyles();
  if (items.length === 0) return null;
  return (
    <div>
      <span className={styles.label}>{title}</span>
      <ul className={styles.list}>
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </div>
  );
}

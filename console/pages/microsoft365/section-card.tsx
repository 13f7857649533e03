/** One step of the set-up: what it is for, what to run or to enter, how to see that it worked; or the way back. */
import { Checkbox, Link, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { CodeView } from '../../parts/code-view.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Prose } from '../../parts/prose.tsx';
import type { DnsRecord, Section } from './set-up-words.ts';
import { kinds, recordOf } from './set-up-words.ts';

const useStyles = makeStyles({
  item: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    '@media (max-width: 719px)': { padding: tokens.spacingHorizontalL },
  },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: tokens.spacingHorizontalM },
  // The box has room around it for fingers; its text column begins at the edge.
  box: { marginLeft: '-8px' },
  title: {
    flex: '1 1 200px',
    minWidth: 0,
    fontSize: tokens.fontSizeBase300,
    fontWeight: tokens.fontWeightSemibold,
    overflowWrap: 'anywhere',
  },
  kind: {
    padding: '0 8px',
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
  why: { maxWidth: '90ch', overflowWrap: 'anywhere' },
  quiet: { color: tokens.colorNeutralForeground2 },
  part: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, minWidth: 0 },
  bar: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'space-between' },
  label: { fontSize: tokens.fontSizeBase200, fontWeight: tokens.fontWeightSemibold },
  points: { paddingLeft: '20px', listStyleType: 'disc', overflowWrap: 'anywhere' },
  record: {
    display: 'grid',
    gridTemplateColumns: '64px minmax(0, 1fr) auto',
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalM,
    rowGap: tokens.spacingVerticalXS,
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  value: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
  },
});

export interface SectionCardProps {
  readonly section: Section;
  readonly way: 'do' | 'undo';
  readonly isTicked: boolean;
  readonly onTick: (isTicked: boolean) => void;
}

export function SectionCard({ section, way, isTicked, onTick }: SectionCardProps): ReactNode {
  const styles = useStyles();
  const { title, kind, why, lines, check, undo, source } = section;
  return (
    <li className={styles.item}>
      <div className={styles.head}>
        {way === 'do' && (
          <Checkbox
            className={styles.box}
            aria-label={`Done: ${title}`}
            checked={isTicked}
            onChange={(_event, { checked }) => onTick(checked === true)}
          />
        )}
        <h3 className={mergeClasses(styles.title, isTicked && way === 'do' && styles.quiet)}>{title}</h3>
        <span className={styles.kind}>{kinds[kind]}</span>
      </div>
      {way === 'do' && (
        <>
          <p className={styles.why}>
            <Prose text={why} />
          </p>
          <Lines title={title} kind={kind} lines={lines} words="Run" />
          {check.length > 0 && (
            <Lines title={title} kind="powershell" lines={check} words="See that it is in force" />
          )}
          <div>
            <Link href={`https://${source}`} target="_blank" rel="noreferrer">
              Documentation of Microsoft
            </Link>
          </div>
        </>
      )}
      {way === 'undo' && <Lines title={title} kind={kind} lines={undo} words="Take it back" />}
    </li>
  );
}

interface LinesProps {
  readonly title: string;
  readonly kind: Section['kind'];
  readonly lines: readonly string[];
  /** Over PowerShell. */
  readonly words: string;
}

function Lines({ title, kind, lines, words }: LinesProps): ReactNode {
  const styles = useStyles();
  const records = kind === 'dns' ? lines.map(recordOf) : [];
  if (records.length > 0 && records.every((record) => record !== undefined)) {
    return records.map((record) => <Record key={record.name} record={record} />);
  }
  if (kind !== 'powershell') {
    return (
      <ul className={styles.points}>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    );
  }
  const text = lines.join('\n');
  return (
    <div className={styles.part}>
      <div className={styles.bar}>
        <span className={styles.label}>{words}</span>
        <CopyButton small what={`Lines: ${words.toLowerCase()}, ${title}`} text={`${text}\n`} />
      </div>
      <CodeView wrap label={`${words}: ${title}`} text={text} />
    </div>
  );
}

function Record({ record: { name, type, value } }: { readonly record: DnsRecord }): ReactNode {
  const styles = useStyles();
  return (
    <div className={styles.record}>
      <span className={styles.quiet}>Type</span>
      <code className={styles.value}>{type}</code>
      <span />
      <span className={styles.quiet}>Name</span>
      <code className={styles.value}>{name}</code>
      <CopyButton small what={`Name ${name}`} text={name} />
      <span className={styles.quiet}>Value</span>
      <code className={styles.value}>{value}</code>
      <CopyButton small what={`Value of ${name}`} text={value} />
    </div>
  );
}

/** What the relay finds wrong, dangerous or doubtful about a document, with the place it is about. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { ProblemBody } from '../../contract/schemas/common.ts';
import type { Tone } from './status-badge.tsx';
import { StatusBadge } from './status-badge.tsx';

export type Finding = NonNullable<ProblemBody['findings']>[number];

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  item: { display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', columnGap: tokens.spacingHorizontalM },
  words: { flex: '1 1 260px', minWidth: 0, overflowWrap: 'anywhere' },
  expected: { color: tokens.colorNeutralForeground2 },
  place: { minWidth: 0 },
});

const tones: Readonly<Record<string, readonly [Tone, string]>> = {
  error: ['bad', 'Fault'],
  danger: ['bad', 'Danger'],
  warning: ['warning', 'Warning'],
};

export interface FindingListProps {
  readonly findings: readonly Finding[];
  /** Leads to the line; absent: the place is shown alone. */
  readonly onGo?: (finding: Finding) => void;
}

export function FindingList({ findings, onGo }: FindingListProps): ReactNode {
  const styles = useStyles();
  if (findings.length === 0) return null;
  return (
    <ul className={styles.list}>
      {findings.map((finding) => {
        const { severity, path, message, expected, line, column } = finding;
        const [tone, word] = tones[severity] ?? (['plain', severity] as const);
        const place =
          line === undefined ? path : `Line ${line}${column === undefined ? '' : `, column ${column}`}`;
        return (
          <li key={`${path} ${message} ${line}`} className={styles.item}>
            <StatusBadge tone={tone}>{word}</StatusBadge>
            <span className={styles.words}>
              {path !== '' && <strong>{path}: </strong>}
              {message}
              {expected !== undefined && expected !== '' && (
                <span className={styles.expected}>{` (${expected})`}</span>
              )}
            </span>
            {line !== undefined &&
              (onGo ? (
                <Button
                  size="small"
                  appearance="subtle"
                  className={styles.place}
                  onClick={() => onGo(finding)}
                >
                  {place}
                </Button>
              ) : (
                <span>{place}</span>
              ))}
          </li>
        );
      })}
    </ul>
  );
}

export const faultsAmong = (findings: readonly Finding[]): number =>
  findings.filter(({ severity }) => severity === 'error').length;

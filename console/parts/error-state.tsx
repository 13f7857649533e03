/** What went wrong as a sentence, what the relay said about it, and a way on. */
import {
  Button,
  makeStyles,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  tokens,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { ApiProblem } from '../api/problem.ts';

const useStyles = makeStyles({
  place: { margin: `${tokens.spacingVerticalM} 0` },
  detail: { overflowWrap: 'anywhere' },
});

export function ErrorState({
  problem,
  retry,
}: {
  readonly problem: ApiProblem;
  readonly retry?: () => void;
}): ReactNode {
  const styles = useStyles();
  return (
    <MessageBar className={styles.place} intent="error" layout="multiline" role="alert">
      <MessageBarBody>
        <MessageBarTitle>{problem.message}</MessageBarTitle>
        <div className={styles.detail}>{problem.detail}</div>
        {problem.findings.length > 0 && (
          <ul>
            {problem.findings.map(({ path, message, expected }) => (
              <li key={`${path} ${message}`} className={styles.detail}>
                {path === '' ? message : `${path}: ${message}`}
                {expected !== undefined && ` (${expected})`}
              </li>
            ))}
          </ul>
        )}
      </MessageBarBody>
      {retry && (
        <MessageBarActions>
          <Button size="small" onClick={retry}>
            Try again
          </Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}

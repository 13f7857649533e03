/** For a connector that sends in a person's name: that person signs in with a code, from any browser. */
import { Button, Link, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { ConnectorSignIn } from '../../../contract/schemas/connectors.ts';
import { useChange, useRead } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { Card } from '../../parts/card.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';

/** While somebody is signing in, in milliseconds. */
const waitingMs = 2_000;
const idleMs = 60_000;

const useStyles = makeStyles({
  code: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeHero700,
    lineHeight: tokens.lineHeightHero700,
    letterSpacing: '2px',
  },
  steps: { paddingLeft: '20px', listStyleType: 'decimal' },
  button: { alignSelf: 'flex-start' },
});

export function SignInCard({ name }: { readonly name: string }): ReactNode {
  return useMay('administrator') ? <SignIn name={name} /> : null;
}

function SignIn({ name }: { readonly name: string }): ReactNode {
  const styles = useStyles();
  const begin = useChange('beginConnectorSignIn', ['connectorSignIn', 'certificates']);
  const { data, error } = useRead('connectorSignIn', { params: { name } }, { every: pauseAfter });
  const problem = begin.error ?? error;
  return (
    <Card title="Sign-in of a person">
      <div aria-live="polite">{data && <Progress signIn={data} />}</div>
      {problem && <ErrorState problem={problem} />}
      <Button
        className={styles.button}
        appearance={data?.kept && !data.kept.refused ? 'secondary' : 'primary'}
        disabled={begin.isPending}
        onClick={() => begin.mutate({ params: { name } })}
      >
        {data?.state === 'waiting' ? 'Get another code' : data?.kept ? 'Sign in again' : 'Sign in'}
      </Button>
    </Card>
  );
}

/** Often while somebody is signing in; the answer says that it has ended. */
function pauseAfter(answer: unknown): number {
  return (answer as ConnectorSignIn | undefined)?.state === 'waiting' ? waitingMs : idleMs;
}

function Progress({ signIn }: { readonly signIn: ConnectorSignIn }): ReactNode {
  const styles = useStyles();
  const { state, code, url, expiresAt, who, text, kept } = signIn;
  if (state === 'waiting' && code !== undefined && url !== undefined) {
    return (
      <>
        <StatusBadge tone="waiting">Waits for the person</StatusBadge>
        <ol className={styles.steps}>
          <li>
            Open{' '}
            <Link inline href={url} target="_blank" rel="noreferrer">
              {url}
            </Link>{' '}
            in any browser.
          </li>
          <li>Type this code, and sign in as the person in whose name the relay is to send.</li>
        </ol>
        <p className={styles.code}>
          {code} <CopyButton small what="Code" text={code} />
        </p>
        {expiresAt !== undefined && (
          <p>
            The code ends <Moment at={expiresAt} show="due" />.
          </p>
        )}
      </>
    );
  }
  return (
    <>
      <Kept kept={kept} />
      {state === 'done' && (
        <p>{`${who ?? 'A person'} has signed in; the next token is fetched in that name.`}</p>
      )}
      {state === 'failed' && <p>{`The last sign-in failed: ${text}`}</p>}
    </>
  );
}

function Kept({ kept }: Pick<ConnectorSignIn, 'kept'>): ReactNode {
  if (!kept) return <StatusBadge tone="warning">Nobody has signed in yet, so its mail waits</StatusBadge>;
  if (kept.refused) return <StatusBadge tone="bad">Microsoft Entra takes the sign-in no more</StatusBadge>;
  return (
    <StatusBadge tone="good">
      Signed in; without use it ends <Moment at={kept.until} show="due" />
    </StatusBadge>
  );
}

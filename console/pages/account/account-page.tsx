/** What somebody changes of the own account: password, authenticator app, passkeys, sessions. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useRead } from '../../api/queries.ts';
import { roleNames, useSession } from '../../app/session.ts';
import { Card } from '../../parts/card.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { SessionList } from '../users/session-list.tsx';
import { AppCard } from './app-card.tsx';
import { PasskeyCard } from './passkey-card.tsx';
import { PasswordCard } from './password-card.tsx';

const useStyles = makeStyles({
  grid: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 380px), 1fr))',
    gap: tokens.spacingHorizontalL,
  },
  heading: { fontSize: tokens.fontSizeBase400, fontWeight: tokens.fontWeightSemibold },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const { data, error, refetch } = useRead('me', {});
  const session = useSession().data;
  return (
    <PageFrame title="Your account" lead="How you sign in, and where you are signed in.">
      {error?.status === 409 && (
        <Card>
          <EmptyState title="You are not signed in with an account">
            {`${session?.name ?? 'What you use'} is a token, which has neither password nor passkeys.`}
          </EmptyState>
        </Card>
      )}
      {error && error.status !== 409 && <ErrorState problem={error} retry={() => void refetch()} />}
      {!data && !error && <PagePending />}
      {data && (
        <>
          <div className={styles.grid}>
            <Card title={data.name}>
              <Facts
                facts={[
                  ['Role', roleNames[data.role]],
                  ['Known by', data.kind === 'oidc' ? "Your organisation's sign-in" : 'This relay'],
                  ['Made', <Moment key="made" at={data.createdAt} show="full" />],
                  [
                    'This session ends',
                    session?.expiresAt && <Moment key="end" at={session.expiresAt} show="full" />,
                  ],
                ]}
              />
            </Card>
            {data.password && <PasswordCard changedAt={data.passwordChangedAt} />}
            {data.password && <AppCard isAsked={data.totp} />}
            <PasskeyCard canUse={session?.methods.passkey === true} />
          </div>
          <h2 className={styles.heading}>Where you are signed in</h2>
          <SessionList of={data.name} />
        </>
      )}
    </PageFrame>
  );
}

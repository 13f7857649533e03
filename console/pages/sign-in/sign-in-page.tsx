/** Password with second factor, passkey, or the organisation's own sign-in: those that this relay offers. */
import {
  Button,
  Divider,
  Link,
  makeStyles,
  MessageBar,
  MessageBarBody,
  tokens,
} from '@fluentui/react-components';
import { FingerprintRegular } from '@fluentui/react-icons/svg/fingerprint';
import { useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { call, urlOf } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';
import { asProblem } from '../../api/problem.ts';
import type { Session } from '../../app/session.ts';
import { useSession } from '../../app/session.ts';
import { router } from '../../app/router.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { PasswordForm } from './password-form.tsx';
import { SignInFrame } from './sign-in-frame.tsx';

const useStyles = makeStyles({
  others: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const session = useSession();
  const { to, refused } = useSearch({ strict: false }) as { readonly to?: string; readonly refused?: string };
  const client = useQueryClient();
  const [problem, setProblem] = useState<ApiProblem>();
  const methods = session.data?.methods;
  const signedIn = session.data?.signedIn === true;
  useEffect(() => {
    // Only addresses of this console: a link from elsewhere must not lead on to somewhere else.
    if (signedIn) router.history.replace(ownAddress(to));
  }, [signedIn, to]);
  const enter = (answer: Session): void => void client.setQueryData(['session', {}], answer);
  const usePasskey = async (): Promise<void> => {
    setProblem(undefined);
    try {
      const { startAuthentication } = await import('@simplewebauthn/browser');
      const { id, options } = await call('passkeyOptions', {});
      const response = await startAuthentication({ optionsJSON: options as never });
      enter(await call('passkeySignIn', { body: { id, response: response as never } }));
    } catch (failure) {
      setProblem(asProblem(failure));
    }
  };
  return (
    <SignInFrame title="Sign in">
      {session.error && !session.data && (
        <ErrorState problem={session.error} retry={() => void session.refetch()} />
      )}
      {refused !== undefined && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{`Your organisation's sign-in did not let you in: ${refused}`}</MessageBarBody>
        </MessageBar>
      )}
      {problem && <ErrorState problem={problem} />}
      {session.data?.firstAccount === true ? (
        <NoAccountYet />
      ) : (
        methods?.password && <PasswordForm onSignedIn={enter} />
      )}
      {(methods?.passkey || methods?.oidc) && session.data?.firstAccount !== true && (
        <div className={styles.others}>
          <Divider>or</Divider>
          {methods.passkey && (
            <Button icon={<FingerprintRegular />} onClick={() => void usePasskey()}>
              Use a passkey
            </Button>
          )}
          {methods.oidc && (
            <Button as="a" href={urlOf('oidcStart', {})}>
              {methods.oidc.label}
            </Button>
          )}
        </div>
      )}
    </SignInFrame>
  );
}

/** A path of this console; `//host` and `/\host` lead a browser to another one. */
export function ownAddress(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])/.test(to) && !/^\/(sign-in|first)\b/.test(to) ? to : '/';
}

function NoAccountYet(): ReactNode {
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        There is no account yet. The relay prints a one-time link for the first one when it starts; or run{' '}
        <code>relay365 user add NAME --role administrator</code> on its machine. Then{' '}
        <Link inline href="/sign-in">
          sign in here
        </Link>
        .
      </MessageBarBody>
    </MessageBar>
  );
}

/** The code that a person types into a browser so that a connector may send in that person's name, and what came of it. */
import type { ConnectorSignIn } from '../../../contract/schemas.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { ConnectorRule } from '../../policy/policy.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import type { SignInProgress } from './sign-in-control.ts';

export function signInHandlers(
  context: AdminContext,
  known: (name: string) => ConnectorRule,
): Pick<Handlers, 'beginConnectorSignIn' | 'connectorSignIn'> {
  const { signIns } = context;
  const view = (name: string, progress: SignInProgress | undefined): ConnectorSignIn => {
    const kept = signIns.endOf(name);
    return {
      ...progressView(progress),
      ...(kept && { kept: { until: formatInstant(kept.at), refused: kept.isRefused } }),
    };
  };
  return {
    async beginConnectorSignIn({ params }) {
      const { name, config } = known(params.name);
      try {
        return view(name, await signIns.begin(config));
      } catch (error) {
        const { message } = error as Error;
        if (error instanceof TypeError) throw new Problem(409, 'Not possible now', message);
        throw new Problem(502, 'Microsoft Entra gave no code', message);
      }
    },
    connectorSignIn: ({ params }) => view(known(params.name).name, signIns.progress(params.name)),
  };
}

function progressView(progress: SignInProgress | undefined): ConnectorSignIn {
  switch (progress?.kind) {
    case undefined:
      return { state: 'none' };
    case 'waiting': {
      const { code, url, expiresAt } = progress;
      return { state: 'waiting', code, url, expiresAt: formatInstant(expiresAt) };
    }
    case 'done': {
      const { at, who } = progress;
      return { state: 'done', at: formatInstant(at), ...(who !== undefined && { who }) };
    }
    case 'failed':
      return { state: 'failed', at: formatInstant(progress.at), text: progress.text };
    default:
      return progress satisfies never;
  }
}

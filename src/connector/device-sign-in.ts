/** Signing a person in for a connector whose credential says `signIn`: the code, the wait, and what the token may do. */
import type { ConnectorConfig } from '../config/policy-schema.ts';
import type { ConnectorEnvironment } from './environment.ts';
import { graphPermissions } from './graph/permissions.ts';
import type { DeviceCode, SignInResult } from './identity/device-code.ts';
import { requestDeviceCode, waitForSignIn } from './identity/device-code.ts';
import type { TokenPlace } from './identity/token-places.ts';
import { graphTokens } from './identity/token-places.ts';
import { judgeToken } from './identity/token-need.ts';
import { createRouteTokens } from './identity/route-tokens.ts';
import { serviceFacts } from './smtp-submission/service.ts';

export interface DeviceSignIn extends AsyncDisposable {
  /** Asks for a code. Rejects with words for people. */
  begin(signal: AbortSignal): Promise<DeviceCode>;
  /** A token that the route cannot use is no sign-in. Rejects when `signal` is aborted. */
  wait(code: DeviceCode, signal: AbortSignal): Promise<SignInResult>;
}

/** Throws `TypeError` where the connector takes no sign-in of a person; does no I/O. */
export function openDeviceSignIn(config: ConnectorConfig, environment: ConnectorEnvironment): DeviceSignIn {
  const { place, more } = placeOf(config);
  const { route } = config;
  const credential = 'credential' in route ? route.credential : undefined;
  if (credential?.type !== 'oauth' || credential.signIn === undefined || !place) {
    throw new TypeError(
      `connector ${config.name} takes no sign-in: its credential has no "signIn: device-code"`,
    );
  }
  const tokens = createRouteTokens(credential, place, config, environment, more);
  const { clock } = environment;
  const { dispatcher } = tokens;
  return {
    begin: (signal) => requestDeviceCode(tokens.credential, { clock, dispatcher, signal }),
    async wait(code, signal) {
      const result = await waitForSignIn(tokens.credential, code, { clock, dispatcher, signal });
      if (result.kind === 'failed') return result;
      const mismatch = judgeToken(result.token, tokens.need, clock.now());
      return mismatch ? { kind: 'failed', text: mismatch.text } : result;
    },
    [Symbol.asyncDispose]: () => tokens.close(),
  };
}

function placeOf({ route, tenant }: ConnectorConfig): {
  readonly place?: TokenPlace | undefined;
  readonly more: readonly string[];
} {
  const cloud = tenant?.cloud ?? 'worldwide';
  if (route.type === 'graph') return { place: graphTokens(cloud), more: graphPermissions(route) };
  if (route.type === 'smtp-submission') return { place: serviceFacts(route.service, cloud).token, more: [] };
  return { more: [] };
}

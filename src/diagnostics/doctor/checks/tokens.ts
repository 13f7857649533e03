/** Access tokens: had, for the right audience, with the permission, and by clocks that agree. */
import { entryById } from '../../../../microsoft365/replies/classify.ts';
import { safeText } from '../../../protocol/mail/field-writer.ts';
import type { ConnectorConfig } from '../../../config/policy-schema.ts';
import type { Check, CheckFinding } from '../check.ts';
import { connectorsOf } from '../sender-domains.ts';
import { countOf } from '../../../platform/words.ts';

/** Microsoft Entra's tolerance is five minutes. */
const skewFailMs = 300_000;
const skewWarnMs = 60_000;

export const tokenCheck: Check = {
  name: 'token',
  title: 'Access token',
  looksAt: 'access token of each connector: had, audience, tenant, permission',
  source: 'https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference',
  timeoutMs: 45_000,
  async run(context, signal) {
    const findings = await Promise.all(
      connectorsOf(context.policy).map(async (config): Promise<CheckFinding[]> => {
        const result = await context.token(config, signal);
        if (result === undefined) return [];
        const input = `token of ${config.name}`;
        const about = config.name;
        if (result.kind === 'failed') {
          return [
            {
              about,
              state: 'fail',
              input,
              evidence: result.failure.text,
              advice: mendOf(result.failure.code, config.route),
              details: [result.failure.code],
            },
          ];
        }
        const { claims } = result.token;
        const roles = claims?.roles.join(', ') || claims?.scopes.join(', ') || 'none in the token';
        return [
          {
            about,
            state: 'ok',
            input,
            evidence: `audience ${safeText(claims?.audience.join(', ') ?? 'unreadable', 200)}; permissions ${safeText(roles, 200)}`,
          },
        ];
      }),
    );
    return findings.flat();
  },
};

export const clockCheck: Check = {
  name: 'clock',
  title: 'Clock',
  looksAt: 'our clock against that of the token endpoint',
  source: 'RFC 9110 6.6.1; https://learn.microsoft.com/entra/identity-platform/certificate-credentials',
  timeoutMs: 45_000,
  async run(context, signal) {
    for (const config of connectorsOf(context.policy)) {
      const result = await context.token(config, signal);
      const ahead = result?.kind === 'token' ? result.token.clockAheadMs : undefined;
      const skewed = result?.kind === 'failed' && result.failure.code === 'clock-skew';
      if (skewed) {
        return [
          {
            state: 'fail',
            input: 'Date of the token endpoint',
            evidence: result.failure.text,
            advice: 'Set the clock of this machine: switch NTP on.',
          },
        ];
      }
      if (ahead === undefined) continue;
      const seconds = Math.round(Math.abs(ahead) / 1000);
      const evidence = `the clock of this machine is ${countOf(seconds, 'second')} ${ahead > 0 ? 'behind' : 'ahead of'} the token endpoint's`;
      const state = Math.abs(ahead) > skewFailMs ? 'fail' : Math.abs(ahead) > skewWarnMs ? 'warn' : 'ok';
      return [
        {
          state,
          input: 'Date of the token endpoint',
          evidence,
          ...(state !== 'ok' && { advice: 'Set the clock of this machine: switch NTP on.' }),
        },
      ];
    }
    return [];
  },
};

/** Faults of a token that no reply names, because they are seen before it is used. */
const ownMends = new Map([
  ['token-audience', 'Take `scope` out of the credential, or set it to the resource of this route.'],
  [
    'token-role',
    'Add the application permission in Entra (API permissions), grant admin consent, and wait up to an hour.',
  ],
  ['token-scope', 'Add the delegated permission, consent to it, and sign in again.'],
  ['token-tenant', 'Set `tenantId` to the tenant of the mailbox.'],
  ['clock-skew', 'Set the clock of this machine: switch NTP on.'],
  ['token-endpoint-unreachable', 'Open HTTPS to the token endpoint, or set `proxy` of the connector.'],
]);

function mendOf(code: string, route: ConnectorConfig['route']): string {
  const credential =
    'credential' in route && route.credential.type === 'oauth' ? route.credential : undefined;
  // A scope of one's own asks for a token of another resource, whose permissions are others.
  if (credential?.scope !== undefined && code.startsWith('token-')) {
    return `\`scope\` of the credential is ${credential.scope}: take it out, so that the token is for the resource of this route.`;
  }
  return (
    entryById(code)?.fix.join('\n') ??
    ownMends.get(code) ??
    'Ask the token endpoint again later; where it goes on, check `authority`, `tenantId` and `clientId`.'
  );
}

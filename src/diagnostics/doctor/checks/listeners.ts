/** TLS floor of the listeners, logins in clear, and what old devices need. */
import { tlsName } from '../../../platform/words.ts';
import type { Check, CheckFinding } from '../check.ts';

export const tlsFloorCheck: Check = {
  name: 'tls-floor',
  title: 'TLS of the listeners',
  looksAt: 'versions older than TLS 1.2 and logins in clear that listeners take, and who needs them',
  source: 'RFC 8996, RFC 8314',
  timeoutMs: 5_000,
  run({ listeners, relay, policy }) {
    const seen = relay?.tlsSeen() ?? [];
    const old = seen.filter(({ version }) => version === 'TLSv1' || version === 'TLSv1.1');
    const findings = listeners.map(({ name, tls, minimumTls, authWithoutTls }): CheckFinding => {
      const input = `listener ${name}: tls ${tls}, minimumTls ${minimumTls}`;
      const isOld = minimumTls === '1.0' || minimumTls === '1.1';
      if (authWithoutTls) {
        return {
          about: name,
          state: 'warn',
          input,
          evidence: 'passwords cross the network in clear (authWithoutTls)',
          advice: 'Let the devices use STARTTLS, or know them by address, and take `authWithoutTls` out.',
        };
      }
      if (isOld) {
        const users = old.map(({ source, version }) => `${source} (${tlsName(version)})`);
        return {
          about: name,
          state: 'warn',
          input,
          evidence: `TLS ${minimumTls} is deprecated; ${users.length === 0 ? 'no source was seen to need it' : `still used by ${users.join(', ')}`}`,
          advice:
            users.length === 0
              ? 'Raise `minimumTls` to "1.2".'
              : 'Bring these devices to TLS 1.2, or give them a listener of their own.',
        };
      }
      if (tls === 'off' && [...policy.sources.values()].some(({ config }) => config.login !== undefined)) {
        return {
          about: name,
          state: 'warn',
          input,
          evidence: 'the listener has no TLS, and sources log in with a password',
          advice: 'Set `tls: starttls`.',
        };
      }
      return { about: name, state: 'ok', input, evidence: 'nothing older than TLS 1.2 is taken' };
    });
    return Promise.resolve(findings);
  },
};

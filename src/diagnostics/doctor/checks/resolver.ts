/** Whether name servers answer at all: everything else stands on it. */
import type { Check } from '../check.ts';
import { senderDomains } from '../sender-domains.ts';

export const resolverCheck: Check = {
  name: 'resolver',
  title: 'Name servers',
  looksAt: 'whether name servers answer',
  source: 'RFC 1035',
  timeoutMs: 20_000,
  async run({ dns, policy, hostname }) {
    const name = senderDomains(policy)[0] ?? hostname;
    const answer = await dns.mx(name);
    const input = `MX of ${name}`;
    if (answer.kind === 'failed') {
      return [
        {
          state: 'fail',
          input,
          evidence: `no name server answered (${answer.code})`,
          advice:
            'Check the name servers of this machine (/etc/resolv.conf) and that port 53 is open to them.',
        },
      ];
    }
    return [{ state: 'ok', input, evidence: 'name servers answer' }];
  },
};

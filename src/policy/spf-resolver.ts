/** DNS of this machine as the SPF evaluation asks it (RFC 7208 4.6.4: no such name and no such record are void). */
import type { Dns, DnsAnswer } from '../platform/dns.ts';
import type { SpfAnswer, SpfResolver } from '../protocol/spf/spf.ts';

export function spfResolver(dns: Dns): SpfResolver {
  return {
    txt: async (name) => answerOf(await dns.txt(name)),
    async addresses(name, family) {
      const answer = answerOf(await dns.addresses(name, family === 4 ? '4' : '6'));
      return answer.kind === 'records'
        ? { kind: 'records', records: answer.records.map(({ address }) => address) }
        : answer;
    },
    mx: async (name) => answerOf(await dns.mx(name)),
    ptr: async (address) => answerOf(await dns.ptr(address)),
  };
}

function answerOf<T>(answer: DnsAnswer<T>): SpfAnswer<T> {
  switch (answer.kind) {
    case 'records':
      return answer;
    case 'no-name':
    case 'no-data':
      return { kind: 'void' };
    case 'failed':
      return { kind: 'failed', reason: answer.code };
  }
}

/** Certificates of our own: what listeners present to devices, and connectors to Microsoft 365. */
import { isIP } from 'node:net';
import { countOf } from '../../../platform/words.ts';
import type { Check, CheckFinding } from '../check.ts';
import type { LeafFacts } from '../leaf.ts';
import { connectorsOf } from '../sender-domains.ts';

const expirySoonDays = 30;

export const listenerCertificateCheck: Check = {
  name: 'listener-certificate',
  title: 'Certificate of the listeners',
  looksAt: 'end, chain, names and kind of key of what the listeners present; old devices know RSA alone',
  source: 'RFC 8446, RFC 6125; docs/operations.md',
  timeoutMs: 5_000,
  run({ identity, listeners, hostname }) {
    if (listeners.every(({ tls }) => tls === 'off')) return Promise.resolve([]);
    const hasRsa = identity.some(({ key }) => key.startsWith('RSA'));
    return Promise.resolve(identity.map((leaf) => judgeListener(leaf, { hasRsa, hostname })));
  },
};

function judgeListener(
  leaf: LeafFacts,
  { hasRsa, hostname }: { hasRsa: boolean; hostname: string },
): CheckFinding {
  const input = `${leaf.place}, ${leaf.key}`;
  const about = leaf.key;
  const old = ended(leaf, 'Renew it, and restart or let the relay read it again.');
  if (old) return { about, input, ...old };
  if (!hasRsa) {
    return {
      about,
      input,
      state: 'warn',
      evidence: 'there is no RSA certificate: devices from before about 2015 know no other key',
      advice: 'Give `tls.certificate` and `tls.key` as lists, with an RSA pair beside this one.',
    };
  }
  if (!leaf.isSelfSigned && leaf.chainLength === 1) {
    return {
      about,
      input,
      state: 'warn',
      evidence: `the file holds the leaf alone, and its issuer ${leaf.issuer} is missing: devices cannot build the chain`,
      advice: 'Append the intermediate certificate to the file (fullchain.pem).',
    };
  }
  if (!leaf.names.some((name) => covers(name, hostname))) {
    return {
      about,
      input,
      state: 'warn',
      evidence: `the certificate names ${leaf.names.join(', ') || 'nothing'}, and not ${hostname}`,
      advice: `Let ${hostname} stand in it, or set \`hostname\` to a name that does.`,
    };
  }
  return {
    about,
    input,
    state: 'ok',
    evidence: `for ${leaf.names.join(', ')}, ends in ${countOf(leaf.daysLeft, 'day')}`,
  };
}

export const clientCertificateCheck: Check = {
  name: 'client-certificate',
  title: 'Client certificate',
  looksAt: 'end, chain, purpose and names of what a connector presents, against the accepted domains',
  source:
    'https://learn.microsoft.com/exchange/mail-flow-best-practices/use-connectors-to-configure-mail-flow/set-up-connectors-to-route-mail',
  timeoutMs: 5_000,
  run: (context) =>
    Promise.resolve(
      connectorsOf(context.policy).flatMap((config) => {
        const leaf = context.clientCertificate(config);
        return leaf && config.route.type === 'exchange-online' ? [judgeClient(leaf, config)] : [];
      }),
    ),
};

function judgeClient(
  leaf: LeafFacts,
  { name, tenant }: ReturnType<typeof connectorsOf>[number],
): CheckFinding {
  const input = `${leaf.place}: ${leaf.subject}`;
  const old = ended(leaf, 'Put a new one in its place; Exchange Online takes an ended one for none.');
  if (old) return { about: name, input, ...old };
  if (leaf.isSelfSigned) {
    return {
      about: name,
      input,
      state: 'fail',
      evidence: 'the certificate signed itself: Exchange Online knows only those of public authorities',
      advice: 'Use a certificate of a public authority whose name is an accepted domain of the tenant.',
    };
  }
  if (leaf.chainLength === 1 || !leaf.inOrder) {
    return {
      about: name,
      input,
      state: 'fail',
      evidence: leaf.inOrder
        ? `the file holds the leaf alone: Exchange Online fetches no intermediates (issuer ${leaf.issuer})`
        : 'the certificates in the file are not in order: each must be followed by its issuer',
      advice: 'Put leaf and intermediates into one file, the leaf first.',
    };
  }
  if (
    leaf.usages.length > 0 &&
    !leaf.usages.includes('clientAuth') &&
    !leaf.usages.includes('anyExtendedKeyUsage')
  ) {
    return {
      about: name,
      input,
      state: 'warn',
      evidence: `its usage is ${leaf.usages.join(', ')}, without clientAuth`,
      advice:
        'Public authorities leave clientAuth out of new certificates (2026): ask for one with it, or go by address or login.',
    };
  }
  const accepted = tenant?.acceptedDomains ?? [];
  if (accepted.length > 0 && !leaf.names.some((one) => accepted.some((domain) => isBelow(one, domain)))) {
    return {
      about: name,
      input,
      state: 'fail',
      evidence: `it names ${leaf.names.join(', ')}, none of them in the accepted domains ${accepted.join(', ')}`,
      advice:
        'Use a certificate for a name in an accepted domain, and set TlsSenderCertificateName of the inbound connector to it.',
    };
  }
  return {
    about: name,
    input,
    state: 'ok',
    evidence: `for ${leaf.names.join(', ')}, ends in ${countOf(leaf.daysLeft, 'day')}`,
  };
}

function ended(
  leaf: LeafFacts,
  advice: string,
): Pick<CheckFinding, 'state' | 'evidence' | 'advice'> | undefined {
  if (leaf.daysLeft < 0)
    return { state: 'fail', evidence: `the certificate ended on ${leaf.to.slice(0, 10)}`, advice };
  if (leaf.daysLeft < expirySoonDays) {
    return {
      state: 'warn',
      evidence: `the certificate ends in ${countOf(leaf.daysLeft, 'day')}, on ${leaf.to.slice(0, 10)}`,
      advice,
    };
  }
  return undefined;
}

// RFC 6125 6.4.3: the wildcard is the whole leftmost label.
function covers(name: string, host: string): boolean {
  const [pattern, wanted] = [name.toLowerCase(), host.toLowerCase()];
  if (pattern === wanted || isIP(host) !== 0) return pattern === wanted;
  return pattern.startsWith('*.') && wanted.slice(wanted.indexOf('.')) === pattern.slice(1);
}

function isBelow(name: string, domain: string): boolean {
  const bare = name.toLowerCase().replace(/^\*\./, '');
  return bare === domain.toLowerCase() || bare.endsWith(`.${domain.toLowerCase()}`);
}

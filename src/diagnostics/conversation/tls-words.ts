/** What EHLO, handshake and certificate show, in words. Pure. */
import type { Capabilities } from '../../protocol/smtp/client/capabilities.ts';
import type { SmtpReply } from '../../protocol/smtp/client/reply-reader.ts';
import { countOf, tlsName } from '../../platform/words.ts';
import type { StepFinding, TlsReport } from './conversation.ts';

/** Days before the end of a certificate from which it is worth a word. */
const expirySoonDays = 21;

export function ehloFinding(
  reply: SmtpReply,
  capabilities: Capabilities,
  when: 'ehlo' | 'ehlo-tls',
): StepFinding {
  const offers = reply.lines.slice(1);
  const { startTls, auth } = capabilities;
  const login = auth.size === 0 ? 'no login' : `a login by ${[...auth].join(', ')}`;
  const words =
    when === 'ehlo'
      ? `Before TLS the server offers ${startTls ? 'STARTTLS' : 'no STARTTLS'} and ${login}.`
      : `Over TLS the server offers ${login}.`;
  return { explained: words, offers };
}

export function handshakeFinding(tls: TlsReport): StepFinding {
  const { version, cipher } = tls;
  const isOld = version === 'TLSv1' || version === 'TLSv1.1' || version === 'SSLv3';
  return {
    explained: `${tlsName(version)} with ${cipher}.`,
    tls,
    ...(isOld && {
      outcome: 'warn',
      code: 'tls-version-old',
      advice: `${tlsName(version)} is deprecated (RFC 8996): a connector takes it only with \`minimumTls: "${version === 'TLSv1.1' ? '1.1' : '1.0'}"\`; let the server be brought to TLS 1.2.`,
    }),
  };
}

/** `fault`: the judgement of the mail path; absent: the certificate is the one that was to be expected. */
export function certificateFinding(tls: TlsReport, fault: StepFinding | undefined): StepFinding {
  const [leaf] = tls.chain;
  if (!leaf) return { ...(fault ?? { explained: 'The server presents no certificate.' }), outcome: 'warn' };
  const received = tls.chain.map(
    ({ subject, issuer, names, usages, to, key }, depth) =>
      `${depth} ${subject}; issuer ${issuer}; names ${names.join(', ') || 'none'}; usage ${usages.join(', ') || 'any'}; to ${to}; ${key}`,
  );
  if (fault) return { ...fault, outcome: 'warn', tls, received };
  const usable = leaf.usages.length === 0 || leaf.usages.some((usage) => /serverAuth|any/.test(usage));
  if (!usable) {
    return {
      outcome: 'warn',
      explained: `The certificate is not made for servers: its usage is ${leaf.usages.join(', ')}.`,
      advice: 'Let it be replaced by one with the extended key usage serverAuth.',
      code: 'tls-usage',
      tls,
      received,
    };
  }
  const soon = leaf.daysLeft < expirySoonDays;
  return {
    outcome: soon ? 'warn' : 'ok',
    explained: `The chain verifies, ${tls.serverName} is named in the certificate, and it ends in ${countOf(leaf.daysLeft, 'day')} (${leaf.to.slice(0, 10)}).`,
    ...(soon && {
      advice: 'It must be renewed on that server soon.',
      code: 'tls-expires-soon',
    }),
    tls,
    received,
  };
}

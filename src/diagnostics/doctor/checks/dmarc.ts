/** The DMARC record of each sender domain, and whether the mail of each source passes by it. */
import type { Check, CheckFinding, DoctorContext } from '../check.ts';
import type { DmarcRecord } from '../dmarc-record.ts';
import { aligns, dmarcOf } from '../dmarc-record.ts';
import { senderDomains } from '../sender-domains.ts';
import type { OpenFrom, SenderPair } from '../sender-pairs.ts';
import { openFroms, senderPairs } from '../sender-pairs.ts';
import { selectorsOf } from './dkim.ts';

const page = 'https://learn.microsoft.com/defender-office-365/email-authentication-dmarc-configure';

export const dmarcCheck: Check = {
  name: 'dmarc',
  title: 'DMARC',
  looksAt: 'the DMARC record of each sender domain or of its organisational domain (public suffix list)',
  source: `RFC 7489; ${page}`,
  timeoutMs: 20_000,
  run: (context) =>
    Promise.all(senderDomains(context.policy).map((domain) => lookForPolicy(domain, context))),
};

async function lookForPolicy(domain: string, { dns }: DoctorContext): Promise<CheckFinding> {
  const found = await dmarcOf(domain, dns);
  const common = { about: domain, input: `TXT ${found.at}` };
  switch (found.kind) {
    case 'failed':
      return { ...common, state: 'unknown', evidence: 'the name servers do not answer' };
    case 'several':
      return {
        ...common,
        state: 'fail',
        evidence: `${found.texts.length} DMARC records: receivers then use none (RFC 7489 6.6.3)`,
        advice: `Leave one record at ${found.at} and delete the others.`,
        details: found.texts,
      };
    case 'none':
      return {
        ...common,
        state: 'warn',
        evidence: `${domain} has no DMARC record; large receivers ask for one of whoever sends much`,
        advice: `Publish TXT _dmarc.${domain} "v=DMARC1; p=none; rua=mailto:postmaster@${domain}" and tighten it later.`,
      };
    case 'record':
      return { ...common, ...ofRecord(found.record), details: [found.record.text] };
    default:
      return found satisfies never;
  }
}

function ofRecord({
  policy,
  written,
  strictSpf,
  strictDkim,
}: DmarcRecord): Pick<CheckFinding, 'state' | 'evidence' | 'advice'> {
  if (policy === undefined) {
    return {
      state: 'fail',
      evidence: `the record has no usable policy (p=${written ?? 'absent'})`,
      advice: 'Set p to none, quarantine or reject.',
    };
  }
  const strict = [...(strictSpf ? ['aspf=s'] : []), ...(strictDkim ? ['adkim=s'] : [])].join(', ');
  return {
    state: 'ok',
    evidence: `p=${policy}${strict === '' ? '' : `, strict by ${strict}: the domain itself is needed, not one below or above it`}`,
  };
}

/** SPF speaks for the envelope sender, DKIM for the domain that Exchange signs with: one must speak for the From. */
export const alignmentCheck: Check = {
  name: 'dmarc-alignment',
  title: 'DMARC alignment of senders',
  looksAt: 'envelope sender and From of each source after its rewrites: SPF or DKIM must speak for the From',
  source: `RFC 7489 3.1; ${page}`,
  timeoutMs: 20_000,
  run: async (context) => [
    ...(await Promise.all(senderPairs(context.policy).map((pair) => judge(pair, context)))),
    ...openFroms(context.policy).map(leftOpen),
  ],
};

function leftOpen({ source, because }: OpenFrom): CheckFinding {
  return {
    about: `${source} any From`,
    input: `${source}: ${because}`,
    state: 'unknown',
    evidence: `what ${source} writes into its From is left open (${because}), so no domain can be held against DNS`,
    advice: `Set \`rewrite.from\` of ${source}, or name the addresses that it writes in its \`senders\`.`,
  };
}

async function judge(pair: SenderPair, { dns }: DoctorContext): Promise<CheckFinding> {
  const { source, envelope, from } = pair;
  const about = `${source} ${from}`;
  const input = `${source}: envelope sender ${envelope}, From ${from}`;
  const [dmarc, keys] = await Promise.all([dmarcOf(from, dns), selectorsOf(from, dns)]);
  const details = dmarc.kind === 'record' ? [`${dmarc.at}: ${dmarc.record.text}`] : [];
  if (dmarc.kind === 'failed' || keys.every(({ failed }) => failed)) {
    return { about, input, state: 'unknown', evidence: 'the name servers do not answer', details };
  }
  const record = dmarc.kind === 'record' ? dmarc.record : undefined;
  const mode = record?.strictSpf === true ? 'strict' : 'relaxed';
  const bySpf = envelope !== '<>' && aligns(envelope, from, mode);
  const byDkim = keys.some(({ hasKey }) => hasKey);
  if (bySpf || byDkim) {
    const ways = [...(bySpf ? [`SPF of ${envelope}`] : []), ...(byDkim ? [`DKIM of ${from}`] : [])];
    return { about, input, state: 'ok', evidence: `${ways.join(' and ')} can speak for ${from}`, details };
  }
  const policy = record?.policy;
  const end =
    policy === 'reject'
      ? 'receivers refuse it (p=reject)'
      : policy === 'quarantine'
        ? 'receivers put it into junk (p=quarantine)'
        : 'receivers take it for unauthenticated';
  return {
    about,
    input,
    state: policy === 'reject' || policy === 'quarantine' ? 'fail' : 'warn',
    evidence: `mail of ${source} does not align: SPF speaks for ${envelope}, no DKIM key of ${from} is published, and its From is ${from}; ${end}`,
    advice: `Switch DKIM on for ${from} (Set-DkimSigningConfig -Identity ${from} -Enabled $true, after its two CNAME records), or set \`rewrite.sender\` of ${source} to an address of ${mode === 'strict' ? from : `${from} or below`}.`,
    details,
  };
}

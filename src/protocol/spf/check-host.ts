/** check_host() of RFC 7208 4, with the record of every step. Asks DNS only through the resolver that is given. */
import { clientAddress } from './client-address.ts';
import { expandFor, isWellFormedDomain, targetOf, withoutEndDot } from './domain.ts';
import { Evaluation, SpfError } from './evaluation.ts';
import { MacroError, parseMacroString } from './macro.ts';
import type { Match } from './mechanisms.ts';
import { matchMechanism } from './mechanisms.ts';
import type { Directive, SpfRecord } from './record.ts';
import { RecordError, isSpfRecord, parseRecord } from './record.ts';
import type { SpfQuestion, SpfResolver, SpfResult, SpfVerdict } from './spf.ts';

interface Judged {
  readonly result: SpfResult;
  readonly mechanism?: string;
  readonly explanation?: string;
}

/** Never throws for what DNS or the domain's owner got wrong: that is a result. */
export async function checkHost(question: SpfQuestion, resolver: SpfResolver): Promise<SpfVerdict> {
  const sender = senderOf(question);
  const nothing = { domain: sender.domain, lookups: 0, voidLookups: 0, steps: [] };
  const client = clientAddress(question.address);
  if (!client) return { ...nothing, result: 'none', problem: 'the client has no address' };
  // RFC 7208 4.3: what cannot be a domain has no policy.
  if (!isWellFormedDomain(sender.domain)) {
    return { ...nothing, result: 'none', problem: `${sender.domain || 'the sender'} is no domain name` };
  }
  const evaluation = new Evaluation(question, client, sender, resolver);
  const counted = () => ({
    domain: sender.domain,
    lookups: evaluation.lookups,
    voidLookups: evaluation.voidLookups,
    steps: evaluation.steps,
  });
  try {
    return { ...(await judge(withoutEndDot(sender.domain), 0, evaluation)), ...counted() };
  } catch (error) {
    if (!(error instanceof SpfError)) throw error;
    return { result: error.result, problem: error.message, ...counted() };
  }
}

/** RFC 7208 2.4, 4.3: the null sender, and a sender without local part, are postmaster. */
function senderOf({ sender, helo }: SpfQuestion): { local: string; domain: string } {
  const at = sender.lastIndexOf('@');
  if (sender === '') return { local: 'postmaster', domain: helo };
  return { local: sender.slice(0, Math.max(at, 0)) || 'postmaster', domain: sender.slice(at + 1) };
}

async function judge(domain: string, depth: number, evaluation: Evaluation): Promise<Judged> {
  const record = await recordOf(domain, depth, evaluation);
  if (!record) return { result: 'none' };
  for (const directive of record.directives) {
    const { matches, text } = await match(directive, domain, depth, evaluation);
    evaluation.note({ domain, depth, term: directive.text, outcome: matches ? 'match' : 'no-match', text });
    if (matches) return matched(directive, record, domain, evaluation);
  }
  if (!record.redirect) return { result: 'neutral' };
  // RFC 7208 6.1: the record of the other domain takes the place of this one, its explanation included.
  evaluation.countLookup();
  const target = await targetOf(record.redirect, domain, evaluation);
  const judged = target === undefined ? undefined : await judge(target, depth + 1, evaluation);
  if (!judged || judged.result === 'none') {
    throw new SpfError(
      'permerror',
      `redirect leads to ${target ?? 'a name that cannot exist'}, which has no SPF record`,
    );
  }
  return judged;
}

/** The one SPF record of a domain, parsed. Throws SpfError. */
async function recordOf(
  domain: string,
  depth: number,
  evaluation: Evaluation,
): Promise<SpfRecord | undefined> {
  const answer = await evaluation.resolver.txt(domain);
  if (answer.kind === 'failed') throw new SpfError('temperror', `TXT of ${domain}: ${answer.reason}`);
  const records = answer.kind === 'records' ? answer.records.filter(isSpfRecord) : [];
  const [text] = records;
  if (text === undefined) {
    evaluation.note({ domain, depth, term: '', outcome: 'result', text: `${domain} has no SPF record` });
    return undefined;
  }
  evaluation.note({ domain, depth, term: text, outcome: 'record', text: `${domain} has an SPF record` });
  // RFC 7208 4.5.
  if (records.length > 1) {
    throw new SpfError('permerror', `${domain} has ${records.length} SPF records; there must be one`);
  }
  try {
    return parseRecord(text);
  } catch (error) {
    if (error instanceof RecordError)
      throw new SpfError('permerror', `record of ${domain}: ${error.message}`);
    throw error;
  }
}

async function match(
  { mechanism, text }: Directive,
  domain: string,
  depth: number,
  evaluation: Evaluation,
): Promise<Match> {
  try {
    if (mechanism.kind !== 'include') return await matchMechanism(mechanism, domain, evaluation);
    evaluation.countLookup();
    const target = await targetOf(mechanism.target, domain, evaluation);
    const judged = target === undefined ? undefined : await judge(target, depth + 1, evaluation);
    // RFC 7208 5.2: only a pass matches, and a domain without a record is an error.
    if (!judged || judged.result === 'none') {
      throw new SpfError(
        'permerror',
        `${target ?? 'the name made by its macros'} has no SPF record to include`,
      );
    }
    return { matches: judged.result === 'pass', text: `the record of ${target} says ${judged.result}` };
  } catch (error) {
    if (error instanceof SpfError) {
      evaluation.note({ domain, depth, term: text, outcome: 'error', text: error.message });
    }
    throw error;
  }
}

async function matched(
  directive: Directive,
  record: SpfRecord,
  domain: string,
  evaluation: Evaluation,
): Promise<Judged> {
  const judged = { result: directive.qualifier, mechanism: directive.text } as const;
  if (directive.qualifier !== 'fail' || !record.exp) return judged;
  const explanation = await explanationOf(record.exp, domain, evaluation);
  return explanation === undefined ? judged : { ...judged, explanation };
}

/** RFC 7208 6.2: whatever goes wrong with an explanation, there is none. */
async function explanationOf(
  exp: NonNullable<SpfRecord['exp']>,
  domain: string,
  evaluation: Evaluation,
): Promise<string | undefined> {
  const target = await targetOf(exp, domain, evaluation);
  if (target === undefined) return undefined;
  const answer = await evaluation.resolver.txt(target);
  if (answer.kind !== 'records' || answer.records.length !== 1) return undefined;
  try {
    const text = await expandFor(parseMacroString(answer.records[0] as string, 'text'), domain, evaluation);
    return text === '' ? undefined : text;
  } catch (error) {
    if (error instanceof MacroError) return undefined;
    throw error;
  }
}

/** Domain names of SPF. Pure. */
import { expand, usesMacro } from './macro.ts';
import type { MacroString } from './macro.ts';
import type { Evaluation } from './evaluation.ts';

const nameMax = 253;

/** RFC 7208 4.3: labels of 1 to 63 octets, more than one of them, 253 octets in all. */
export function isWellFormedDomain(domain: string): boolean {
  const name = withoutEndDot(domain);
  const labels = name.split('.');
  return (
    name.length <= nameMax &&
    labels.length > 1 &&
    labels.every((label) => label.length >= 1 && label.length <= 63)
  );
}

export function withoutEndDot(domain: string): string {
  return domain.endsWith('.') ? domain.slice(0, -1) : domain;
}

export function isSameOrBelow(name: string, domain: string): boolean {
  const [own, other] = [withoutEndDot(name).toLowerCase(), withoutEndDot(domain).toLowerCase()];
  return own === other || own.endsWith(`.${other}`);
}

/** The domain that a domain-spec stands for, `undefined` where the expanded name cannot be asked for (RFC 7208 4.8). */
export async function targetOf(
  spec: MacroString | undefined,
  domain: string,
  evaluation: Evaluation,
): Promise<string | undefined> {
  if (spec === undefined) return domain;
  let name = withoutEndDot(await expandFor(spec, domain, evaluation));
  // RFC 7208 7.3: a name that has become too long loses labels from the left.
  while (name.length > nameMax && name.includes('.')) name = name.slice(name.indexOf('.') + 1);
  return isWellFormedDomain(name) ? name : undefined;
}

/** Expands with the values of RFC 7208 7.2 and 7.3; `p` is looked up only where it is used. */
export async function expandFor(parts: MacroString, domain: string, evaluation: Evaluation): Promise<string> {
  const { question, client, sender } = evaluation;
  const values = new Map([
    ['s', `${sender.local}@${sender.domain}`],
    ['l', sender.local],
    ['o', sender.domain],
    ['d', domain],
    ['i', client.dotted],
    ['v', client.family === 4 ? 'in-addr' : 'ip6'],
    ['h', question.helo],
    ['c', client.text],
    ['r', question.receiver],
    ['t', String(Math.floor(question.now / 1000))],
  ]);
  if (usesMacro(parts, 'p')) values.set('p', clientName(await evaluation.clientNames(), domain));
  return expand(parts, values);
}

/** RFC 7208 7.3, macro `p`: the domain itself, else a name below it, else any validated name. */
function clientName(names: readonly string[], domain: string): string {
  return (
    names.find((name) => name.toLowerCase() === domain.toLowerCase()) ??
    names.find((name) => isSameOrBelow(name, domain)) ??
    names[0] ??
    'unknown'
  );
}

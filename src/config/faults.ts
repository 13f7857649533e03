/** Says in words what a zod issue found: where, what is wrong, what would be right. */
import type { z } from 'zod';
import type { DocumentFinding, DocumentPath } from './finding.ts';
import { formatPath } from './finding.ts';
import { keysAt } from './schema-walk.ts';
import { suggest } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** A document with more is not one that a person mistyped, and each is compared with the others. */
const faultsMax = 200;

/** The faults of a value that the schema refused, at most `faultsMax`. */
export function explainIssues(
  issues: readonly Issue[],
  schema: z.ZodType,
  value: unknown,
): readonly DocumentFinding[] {
  const findings = issues
    .slice(0, faultsMax)
    .flatMap((issue) => explain(issue, [], { schema, value }))
    .slice(0, faultsMax);
  // A key that was mistyped is both unknown and missing: one slip, one finding.
  return findings.filter((finding) => !findings.some((slip) => isSlipFor(slip, finding, value)));
}

function isSlipFor(slip: DocumentFinding, missing: DocumentFinding, value: unknown): boolean {
  const name = missing.path.at(-1);
  return (
    slip.at === 'key' &&
    slip.expected === meaning(String(name)) &&
    valueAt(value, missing.path) === undefined &&
    formatPath(slip.path.slice(0, -1)) === formatPath(missing.path.slice(0, -1))
  );
}

function meaning(name: string): string {
  return `did you mean "${name}"?`;
}

interface Whole {
  readonly schema: z.ZodType;
  readonly value: unknown;
}

function explain(issue: Issue, prefix: DocumentPath, whole: Whole): DocumentFinding[] {
  const path = [...prefix, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, faultsMax).map((key) => unknownKey(key, path, whole));
  }
  if (issue.code === 'invalid_key') return [unfitKey(issue, path)];
  if (issue.code === 'invalid_union' && !issue.message.startsWith('expected '))
    return explainUnion(issue, path, whole);
  return [fault(path, expectation(issue), whole, issue)];
}

function unknownKey(key: string, parent: DocumentPath, { schema }: Whole): DocumentFinding {
  // A key of another branch is known and out of place here.
  const known = [...new Set(keysAt(schema, parent))].filter((name) => name !== key);
  const meant = suggest(key, known);
  const shown = key.length > 60 ? `${key.slice(0, 57)}...` : key;
  return {
    severity: 'error',
    path: [...parent, key],
    at: 'key',
    message: `unknown key ${JSON.stringify(shown)}`,
    expected: meant === undefined ? `the keys here are ${known.join(', ')}` : meaning(meant),
  };
}

/** A key of a mapping whose keys are values themselves, such as addresses. */
function unfitKey(issue: Extract<Issue, { code: 'invalid_key' }>, path: DocumentPath): DocumentFinding {
  const branches = issue.issues.flatMap((inner) =>
    inner.code === 'invalid_union' ? inner.errors.map(([first]) => first) : [inner],
  );
  const expected = joined(branches.map(expectation));
  return {
    severity: 'error',
    path,
    at: 'key',
    message: `expected ${expected} as key, found ${display(path.at(-1), false)}`,
    expected,
  };
}

/** The branch whose type fits speaks for the union; where none fits, all say what they would take. */
function explainUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: DocumentPath,
  whole: Whole,
): DocumentFinding[] {
  if (issue.errors.length === 0) return [explainDiscriminator(issue, path, whole)];
  const fitting = issue.errors.filter((branch) => !branch.some(isAboutTheWhole));
  if (fitting.length === 0) {
    const expected = issue.errors.map((branch) => expectation(branch.find(isAboutTheWhole) ?? branch[0]));
    const values = issue.errors.flat().find(({ code }) => code === 'invalid_value');
    return [fault(path, joined(expected), whole, values)];
  }
  const flat = fitting.every(
    (branch) => branch.length === 1 && branch[0]?.path.length === 0 && branch[0].code !== 'unrecognized_keys',
  );
  if (fitting.length > 1 && flat) {
    return [fault(path, joined(fitting.map((branch) => expectation(branch[0]))), whole)];
  }
  const explained = fitting.map((branch) => branch.flatMap((inner) => explain(inner, path, whole)));
  return explained.reduce((best, other) => (other.length < best.length ? other : best));
}

function isAboutTheWhole(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

function explainDiscriminator(issue: Issue, path: DocumentPath, whole: Whole): DocumentFinding {
  const options = optionTexts(issue).map(quoted);
  const found = valueAt(whole.value, path);
  const meant = typeof found === 'string' ? suggest(found, optionTexts(issue)) : undefined;
  const explained = fault(path, joined(options), whole);
  return meant === undefined
    ? explained
    : { ...explained, message: `${explained.message}; ${meaning(meant)}` };
}

function optionTexts(issue: Issue): string[] {
  const options: readonly unknown[] = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
  return options.filter((option) => typeof option === 'string');
}

function fault(path: DocumentPath, expected: string, whole: Whole, issue?: Issue): DocumentFinding {
  const found = valueAt(whole.value, path);
  const name = path.at(-1);
  if (found === undefined && typeof name === 'string') {
    return { severity: 'error', path, message: `expected ${expected}, and "${name}" is missing`, expected };
  }
  const hint = issue?.code === 'invalid_value' ? valueHint(issue.values, found) : '';
  return {
    severity: 'error',
    path,
    message: `expected ${expected}, found ${display(found, isSecret(path))}${hint}`,
    expected,
  };
}

/** `tls: 1.2` is a number in YAML; `tsl: startls` is a slip. */
function valueHint(values: readonly unknown[], found: unknown): string {
  const texts = values.filter((value) => typeof value === 'string');
  if (typeof found === 'number') {
    const meant = texts.find((text) => Number(text) === found);
    return meant === undefined ? '' : `; write it in quotes: "${meant}"`;
  }
  const meant = typeof found === 'string' ? suggest(found, texts) : undefined;
  return meant === undefined ? '' : `; ${meaning(meant)}`;
}

const typeNames = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['object', 'a mapping'],
  ['record', 'a mapping'],
  ['array', 'a list'],
]);

const formatNames = new Map([
  ['date', 'a date such as 2027-06-30'],
  ['datetime', 'a time such as 2027-06-30T12:00:00Z'],
  ['ipv4', 'an IPv4 address'],
  ['ipv6', 'an IPv6 address'],
  ['cidrv4', 'an IPv4 network such as 192.0.2.0/28'],
  ['cidrv6', 'an IPv6 network such as 2001:db8::/64'],
]);

/** What would be right, without the word "expected". */
function expectation(issue: Issue | undefined): string {
  if (!issue) return 'another value';
  if (issue.message.startsWith('expected ')) return issue.message.slice('expected '.length);
  if (issue.code === 'invalid_type') return typeNames.get(issue.expected) ?? issue.expected;
  if (issue.code === 'invalid_value') return joined(issue.values.map((value) => quoted(value)));
  if (issue.code === 'invalid_format')
    return formatNames.get(issue.format) ?? `text in the form of ${issue.format}`;
  if (issue.code === 'too_small') return bound(issue.origin, 'at least', Number(issue.minimum));
  if (issue.code === 'too_big') return bound(issue.origin, 'at most', Number(issue.maximum));
  return issue.message;
}

function bound(origin: string, words: 'at least' | 'at most', limit: number): string {
  if (origin === 'array') return `${words} ${limit === 1 ? 'one entry' : `${limit} entries`}`;
  if (origin === 'string')
    return limit === 1 && words === 'at least' ? 'text that is not empty' : `${words} ${limit} characters`;
  return `a number of ${words} ${limit}`;
}

function joined(parts: readonly string[]): string {
  const unique = [...new Set(parts)];
  if (unique.length < 2) return unique.join('');
  return `${unique.slice(0, -1).join(', ')} or ${unique.at(-1)}`;
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** What a person wrote that is not shown back: it could be a password in the wrong place. */
function isSecret(path: DocumentPath): boolean {
  return path.some((step) => typeof step === 'string' && /password|secret|postgres/i.test(step));
}

function display(value: unknown, secret: boolean): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (secret) return typeof value === 'string' ? 'another text' : `a ${typeof value}`;
  if (typeof value !== 'string') return JSON.stringify(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
}

function valueAt(value: unknown, path: DocumentPath): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as { readonly [key: string | number]: unknown })[step];
  }
  return here;
}

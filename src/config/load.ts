/** Reads relay365.yaml and policy documents: YAML, schema, checks across keys; every fault with its place. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import type { Clock } from '../platform/clock.ts';
import { systemClock } from '../platform/clock.ts';
import { checkNode } from './check-node.ts';
import { checkNodeFiles } from './check-files.ts';
import type { Locate } from './document.ts';
import { documentBytesMax, parseYaml, placeFindings } from './document.ts';
import { explainIssues } from './faults.ts';
import type { DocumentFinding, Finding } from './finding.ts';
import { hasErrors } from './finding.ts';
import { nodeSchema } from './node-schema.ts';
import type { NodeConfig } from './node-schema.ts';
import type { PolicyDocument } from './policy-schema.ts';
import { policySchema } from './policy-schema.ts';
import { resolveNodePaths } from './paths.ts';

export { formatFinding } from './finding.ts';
export type { Finding } from './finding.ts';

/** A document that was read, with what is to be said of it; or all its faults. */
export type Checked<T> =
  | {
      readonly kind: 'ok';
      readonly value: T;
      /** Dangers and warnings. */
      readonly findings: readonly Finding[];
      /** Gives findings of later checks their place. */
      readonly locate: Locate;
    }
  | { readonly kind: 'faulty'; readonly findings: readonly Finding[] };

export type Loaded<T> = Checked<T>;

/** Where the policy comes from. */
export type PolicyOrigin =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'inline';
      readonly document: PolicyDocument;
      /** As it is written, without defaults. */
      readonly written: object;
      readonly locate: Locate;
    }
  /** Kept in the store and changed through the admin API. */
  | { readonly kind: 'managed' };

/** The node's configuration with every path made absolute. */
export type LoadedNodeConfig = NodeConfig & {
  /** As it was named. */
  readonly file: string;
  /** What relative paths are relative to. */
  readonly directory: string;
  readonly policyOrigin: PolicyOrigin;
};

/** Reads and checks; starts and creates nothing. A file that cannot be read is a finding as well. */
export async function loadNodeConfig(
  path: string,
  clock: Clock = systemClock,
): Promise<Loaded<LoadedNodeConfig>> {
  const text = await readText(path, 'name another file with --config, or let "relay365 init" write one');
  if (text.kind === 'faulty') return text;
  const checked = parseNodeConfig(text.value, path);
  if (checked.kind === 'faulty') return checked;
  const fileFindings = await checkNodeFiles(checked.value, clock.now());
  return withFindings(checked, placeFindings(fileFindings, path, checked.locate));
}

/** The same for a text at hand, without looking at the files that it names. */
export function parseNodeConfig(text: string, file: string): Checked<LoadedNodeConfig> {
  const document = parseYaml(text, file);
  if (document.kind === 'faulty') return document;
  const { locate } = document;
  const schema = validate(nodeSchema, document.value);
  // An inline policy is read also where the rest is faulty, so that all faults are told at once.
  const origin = readPolicyOrigin(policyOf(document.value), locate);
  if (schema.kind === 'faulty') return faulty([...schema.findings, ...originFindings(origin)], file, locate);
  const directory = dirname(resolve(file));
  const node = resolveNodePaths(schema.value, directory);
  const findings = [...checkNode(node), ...originFindings(origin)];
  if (origin.kind === 'faulty' || hasErrors(findings)) return faulty(findings, file, locate);
  const policyOrigin: PolicyOrigin =
    typeof node.policy === 'string' ? { kind: 'file', path: node.policy } : origin.value;
  const value: LoadedNodeConfig = { ...node, file, directory, policyOrigin };
  return { kind: 'ok', value, findings: placeFindings(findings, file, locate), locate };
}

/** Reads a policy document by its schema; what the policy means is checked by `policy/compile.ts`. */
export function parsePolicyDocument(text: string, file: string): Checked<PolicyDocument> {
  const document = parseYaml(text, file);
  if (document.kind === 'faulty') return document;
  const result = validate(policySchema, document.value);
  if (result.kind === 'faulty') return faulty(result.findings, file, document.locate);
  return { kind: 'ok', value: result.value, findings: [], locate: document.locate };
}

/** Text of a configuration file, bounded, UTF-8; `ifAbsent` advises where there is none. */
export async function readText(path: string, ifAbsent = 'name a file that exists'): Promise<Checked<string>> {
  try {
    const { size } = await stat(path);
    if (size > documentBytesMax)
      return unreadable(path, 'the file is larger than 10 MB', 'use a smaller file');
    const bytes = await readFile(path);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { kind: 'ok', value: text, findings: [], locate: () => ({ line: 1, column: 1 }) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return unreadable(path, 'there is no such file', ifAbsent);
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return unreadable(path, 'the file is not UTF-8', 'save it as UTF-8');
    if (code === 'EISDIR') return unreadable(path, 'this is a directory', 'name a file in it');
    return unreadable(path, `the file cannot be read: ${code ?? String(error)}`, 'let this user read it');
  }
}

/** Adds what a later check found; an error among it makes the document faulty. */
export function withFindings<T>(checked: Checked<T>, more: readonly Finding[]): Checked<T> {
  const findings = [...checked.findings, ...more];
  return checked.kind === 'faulty' || hasErrors(more)
    ? { kind: 'faulty', findings }
    : { ...checked, findings };
}

type Validated<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'faulty'; readonly findings: readonly DocumentFinding[] };

function validate<T extends z.ZodType>(schema: T, value: unknown): Validated<z.output<T>> {
  const result = schema.safeParse(value);
  if (result.success) return { kind: 'ok', value: result.data };
  return { kind: 'faulty', findings: explainIssues(result.error.issues, schema, value) };
}

function policyOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'policy' in value ? value.policy : undefined;
}

/** What is no mapping is either absent or the schema's business. */
function readPolicyOrigin(policy: unknown, locate: Locate): Validated<PolicyOrigin> {
  if (typeof policy !== 'object' || policy === null) return { kind: 'ok', value: { kind: 'managed' } };
  const result = validate(policySchema, policy);
  if (result.kind === 'ok') {
    const within: Locate = (path, at) => locate(['policy', ...path], at);
    return { kind: 'ok', value: { kind: 'inline', document: result.value, written: policy, locate: within } };
  }
  const findings = result.findings.map((finding) => ({ ...finding, path: ['policy', ...finding.path] }));
  return { kind: 'faulty', findings };
}

function originFindings(origin: Validated<PolicyOrigin>): readonly DocumentFinding[] {
  return origin.kind === 'faulty' ? origin.findings : [];
}

function faulty(
  findings: readonly DocumentFinding[],
  file: string,
  locate: Locate,
): { readonly kind: 'faulty'; readonly findings: readonly Finding[] } {
  return { kind: 'faulty', findings: placeFindings(findings, file, locate) };
}

function unreadable(
  file: string,
  message: string,
  expected: string,
): { readonly kind: 'faulty'; readonly findings: readonly Finding[] } {
  return {
    kind: 'faulty',
    findings: [{ severity: 'error', file, line: 1, column: 1, path: '', message, expected }],
  };
}

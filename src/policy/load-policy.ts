/**
 * From the text of a policy to the policy: schema, meaning, files, and how it fits the node. What start, reload,
 * `check-config` and the admin API all call, so that none of them accepts what another refuses.
 */
import { dirname, resolve } from 'node:path';
import type { Clock, Instant } from '../platform/clock.ts';
import { checkPolicyFiles } from '../config/check-files.ts';
import type { Locate } from '../config/document.ts';
import { placeFindings } from '../config/document.ts';
import type { DocumentFinding, Finding } from '../config/finding.ts';
import { hasErrors } from '../config/finding.ts';
import type { LoadedNodeConfig } from '../config/load.ts';
import { parsePolicyDocument, readText } from '../config/load.ts';
import type { NodeConfig } from '../config/node-schema.ts';
import { resolvePolicyPaths } from '../config/paths.ts';
import type { PolicyDocument } from '../config/policy-schema.ts';
import { isReadableByAll } from '../config/secrets.ts';
import { compilePolicy, emptyPolicy } from './compile.ts';
import { checkAgainstNode } from './check-against-node.ts';
import type { Policy } from './policy.ts';

export type LoadedPolicy =
  | {
      readonly kind: 'ok';
      readonly policy: Policy;
      /** With every path made absolute. */
      readonly document: PolicyDocument;
      /** Dangers and warnings. */
      readonly findings: readonly Finding[];
    }
  | { readonly kind: 'faulty'; readonly findings: readonly Finding[] };

export interface PolicyContext {
  readonly node: LoadedNodeConfig;
  readonly revision: number;
  readonly clock: Clock;
}

/** The policy that the node's configuration names. One that is managed in the store comes as the empty policy. */
export async function loadPolicy(context: PolicyContext): Promise<LoadedPolicy> {
  const { node } = context;
  const origin = node.policyOrigin;
  switch (origin.kind) {
    case 'managed':
      return { kind: 'ok', policy: emptyPolicy, document: { sources: [], connectors: [] }, findings: [] };
    case 'inline':
      return finish(context, {
        ...origin,
        file: node.file,
        directory: node.directory,
        prefix: ['policy'],
        readableByAll: await isReadableByAll(node.file),
      });
    case 'file': {
      const text = await readText(origin.path, `write it, or correct "policy" in ${node.file}`);
      if (text.kind === 'faulty') return text;
      return loadPolicyText(context, {
        text: text.value,
        file: origin.path,
        readableByAll: await isReadableByAll(origin.path),
      });
    }
    default:
      return origin satisfies never;
  }
}

/** The same for a text at hand; relative paths in it are relative to the directory of `file`. */
export async function loadPolicyText(
  context: PolicyContext,
  given: { readonly text: string; readonly file: string; readonly readableByAll: boolean },
): Promise<LoadedPolicy> {
  const parsed = parsePolicyDocument(given.text, given.file);
  if (parsed.kind === 'faulty') return parsed;
  return finish(context, {
    document: parsed.value,
    locate: parsed.locate,
    file: given.file,
    directory: dirname(resolve(given.file)),
    prefix: [],
    readableByAll: given.readableByAll,
  });
}

/** What `compilePolicy` cannot see: whether the policy fits the node, and the files and secrets that it names. */
export async function checkPolicyDocument(
  document: PolicyDocument,
  context: {
    readonly node: NodeConfig;
    readonly now: Instant;
    readonly baseDirectory: string;
    /** Every user of the machine can read the document. */
    readonly readableByAll: boolean;
  },
): Promise<readonly DocumentFinding[]> {
  const files = await checkPolicyFiles(resolvePolicyPaths(document, context.baseDirectory), context);
  return [...checkAgainstNode(document, context.node), ...files];
}

interface Draft {
  readonly document: PolicyDocument;
  readonly locate: Locate;
  readonly file: string;
  readonly directory: string;
  /** Where the policy stands in its file. */
  readonly prefix: readonly string[];
  readonly readableByAll: boolean;
}

async function finish(context: PolicyContext, draft: Draft): Promise<LoadedPolicy> {
  const { node, revision, clock } = context;
  const document = resolvePolicyPaths(draft.document, draft.directory);
  const { policy, findings } = compilePolicy(document, revision);
  const more = await checkPolicyDocument(document, {
    node,
    now: clock.now(),
    baseDirectory: draft.directory,
    readableByAll: draft.readableByAll,
  });
  const all = place([...findings, ...more], draft);
  return hasErrors(all) ? { kind: 'faulty', findings: all } : { kind: 'ok', policy, document, findings: all };
}

function place(findings: readonly DocumentFinding[], draft: Draft): readonly Finding[] {
  return placeFindings(findings, draft.file, draft.locate).map((finding) => ({
    ...finding,
    path: [...draft.prefix, finding.path].filter((part) => part !== '').join('.'),
  }));
}

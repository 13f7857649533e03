/**
 * Texts that may become the policy: from its file, the node's file, the store, or given by an administrator; each read,
 * judged in bounded time and memory, and compiled.
 */
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { LoadedNodeConfig } from '../config/load.ts';
import { readText } from '../config/load.ts';
import { isReadableByAll } from '../config/secrets.ts';
import type { Clock } from '../platform/clock.ts';
import { compilePolicyInTurns } from '../policy/compile.ts';
import type { LoadedPolicy, PolicyContext } from '../policy/load-policy.ts';
import { loadPolicy } from '../policy/load-policy.ts';
import type { PolicyHistory } from './policy-history.ts';
import type { PolicyTexts } from './policy-texts/policy-texts.ts';
import { PolicyTextTooCostly } from './policy-texts/policy-texts.ts';
import type { JudgedText } from './policy-texts/work.ts';

export interface PolicyCandidate {
  readonly text: string;
  readonly file: string;
  readonly loaded: LoadedPolicy;
}

export interface PolicyCandidatesOptions {
  readonly node: LoadedNodeConfig;
  readonly clock: Clock;
  readonly texts: PolicyTexts;
  readonly history: PolicyHistory;
}

export class PolicyCandidates {
  readonly #of: PolicyCandidatesOptions;

  constructor(of: PolicyCandidatesOptions) {
    this.#of = of;
  }

  /** Where the policy has a file of its own. */
  get file(): string | undefined {
    const { policyOrigin: origin } = this.#of.node;
    return origin.kind === 'file' ? origin.path : undefined;
  }

  /** From where its truth lies. */
  async kept(): Promise<PolicyCandidate> {
    const { node } = this.#of;
    const { policyOrigin: origin } = node;
    switch (origin.kind) {
      case 'file': {
        const text = await readText(origin.path);
        if (text.kind === 'faulty') return { file: origin.path, text: '', loaded: text };
        return this.given(text.value);
      }
      case 'inline':
        return {
          file: node.file,
          text: stringify(origin.written),
          loaded: await loadPolicy(this.#context()),
        };
      case 'managed': {
        const latest = this.#of.history.latest;
        const text = latest ? await this.#of.history.text(latest.revision) : undefined;
        return this.given(text ?? '{}\n');
      }
      default:
        return origin satisfies never;
    }
  }

  /** Of a text that takes the place of the one kept. */
  async given(text: string): Promise<PolicyCandidate> {
    // The name also says what relative paths in the text are relative to.
    const file = this.file ?? join(this.#of.node.directory, 'policy');
    const readableByAll = this.file === undefined ? false : await isReadableByAll(this.file);
    const { policyOrigin: _, ...node } = this.#of.node;
    const now = this.#of.clock.now();
    const judged = await this.#of.texts
      .run('judge', { node, now, text, file, readableByAll })
      .catch((error: unknown) => tooCostly(error, file));
    if (judged.kind === 'faulty') return { file, text, loaded: judged };
    const { policy } = await compilePolicyInTurns(judged.document, 0);
    return { file, text, loaded: { ...judged, policy } };
  }

  #context(): PolicyContext {
    return { node: this.#of.node, revision: 0, clock: this.#of.clock };
  }
}

/** What cannot be read in bounded time and memory is a fault of the text. */
function tooCostly(error: unknown, file: string): JudgedText {
  if (!(error instanceof PolicyTextTooCostly)) throw error;
  const place = { severity: 'error', file, line: 1, column: 1, path: '' } as const;
  return {
    kind: 'faulty',
    findings: [{ ...place, message: `it cannot be judged: ${error.message}`, expected: 'a shorter policy' }],
  };
}

/** The policy for commands that only look at it: from its file, or, where the store keeps it, as the running relay tells it. */
import { join } from 'node:path';
import { stringify } from 'yaml';
import { hasErrors } from '../config/finding.ts';
import { formatFinding } from '../config/load.ts';
import type { LoadedNodeConfig } from '../config/load.ts';
import type { PolicyDocument } from '../config/policy-schema.ts';
import { systemClock } from '../platform/clock.ts';
import { loadPolicy, loadPolicyText } from '../policy/load-policy.ts';
import type { LoadedPolicy } from '../policy/load-policy.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { readConfig } from './read-config.ts';

export interface PolicyToRead {
  readonly node: LoadedNodeConfig;
  readonly document: Pick<PolicyDocument, 'tenant' | 'tenants' | 'connectors'>;
  /** What sources may send as, all of them together. */
  readonly senders: readonly string[];
}

/** Throws CommandFailure with exit code 2 for a faulty policy, 3 where a relay must be asked and none answers. */
export async function readPolicy(options: ConfigOption): Promise<PolicyToRead> {
  const { node } = await readConfig(options.config);
  if (node.policyOrigin.kind === 'managed') return policyOfRelay(node, options);
  const { document } = checked(await loadPolicy({ node, revision: 0, clock: systemClock }));
  return { node, document, senders: document.sources.flatMap((source) => source.senders) };
}

/** The API holds hashes and secrets back, so what is judged here is all but the sources. */
async function policyOfRelay(node: LoadedNodeConfig, options: ConfigOption): Promise<PolicyToRead> {
  const { document } = await (await connect(options)).call('policy');
  const { sources = [], ...rest } = document as {
    readonly sources?: readonly { readonly senders?: readonly string[] }[];
    readonly connectors?: readonly Readonly<Record<string, unknown>>[];
  };
  const connectors = (rest.connectors ?? []).map(({ sources: _sources, ...connector }) => connector);
  const text = stringify({ ...rest, connectors });
  const file = join(node.directory, 'policy');
  const loaded = await loadPolicyText(
    { node, revision: 0, clock: systemClock },
    { text, file, readableByAll: false },
  );
  return {
    node,
    document: checked(loaded).document,
    senders: sources.flatMap(({ senders = [] }) => senders),
  };
}

function checked(loaded: LoadedPolicy): Extract<LoadedPolicy, { kind: 'ok' }> {
  if (loaded.kind === 'ok' && !hasErrors(loaded.findings)) return loaded;
  throw new CommandFailure(exitCodes.configuration, loaded.findings.map(formatFinding).join('\n'));
}

/** What the checks of the doctor see of this node: conversations, tokens and certificates, each fetched once a run. */
import { dirname } from 'node:path';
import type { LoadedNodeConfig } from '../../config/load.ts';
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { TokenResult } from '../../connector/identity/token-source.ts';
import type { ConnectorEnvironment, ConnectorSecrets } from '../../connector/environment.ts';
import type { Way } from '../../connector/way/way.ts';
import { wayOf } from '../../connector/way/way.ts';
import { withTestTimeouts } from '../../diagnostics/conversation/any-host.ts';
import type { Conversation } from '../../diagnostics/conversation/conversation.ts';
import { hold } from '../../diagnostics/conversation/hold.ts';
import type { DoctorContext, RelayContext, SeenEgress } from '../../diagnostics/doctor/check.ts';
import { greetedAddress } from '../../diagnostics/conversation/greeted-address.ts';
import type { LeafFacts } from '../../diagnostics/doctor/leaf.ts';
import { leafFacts } from '../../diagnostics/doctor/leaf.ts';
import { freeBytesOf } from '../../platform/disk.ts';
import type { TlsIdentity } from '../../platform/tls.ts';
import { senderDomains } from '../../diagnostics/doctor/sender-domains.ts';
import type { Mailbox } from '../../protocol/address.ts';
import { parseMailbox } from '../../protocol/address.ts';
import type { Policy } from '../../policy/policy.ts';

export interface DoctorParts {
  readonly node: Pick<LoadedNodeConfig, 'listeners' | 'hostname' | 'data' | 'minimumFree' | 'egress'>;
  readonly environment: Omit<ConnectorEnvironment, 'secrets'>;
  readonly policy: Policy;
  readonly identity: TlsIdentity;
  readonly secretsOf: (connector: string) => ConnectorSecrets;
  readonly relay?: RelayContext;
}

export function doctorContext(
  parts: DoctorParts,
  egressHistory: readonly SeenEgress[],
): { readonly context: DoctorContext; seen(): readonly SeenEgress[]; close(): Promise<void> } {
  const { node, environment, policy, identity } = parts;
  const { clock, dns } = environment;
  const ways = new Map<string, Way>();
  const conversations = new Map<string, Promise<Conversation>>();
  const seen: SeenEgress[] = [];
  const way = (config: ConnectorConfig): Way => {
    const known = ways.get(config.name);
    if (known) return known;
    const made = wayOf(withTestTimeouts(config), { ...environment, secrets: parts.secretsOf(config.name) });
    ways.set(config.name, made);
    return made;
  };
  const converse = async (config: ConnectorConfig, signal: AbortSignal): Promise<Conversation> => {
    const conversation = await hold(
      { kind: 'way', way: way(config), reach: 'policy' },
      {
        title: config.name,
        clock,
        sender: undefined,
        recipient: someRecipient(config, policy),
        signal,
        told: () => undefined,
      },
    );
    const address = greetedAddress(conversation.steps);
    if (address !== undefined) seen.push({ connector: config.name, address, at: clock.now() });
    return conversation;
  };
  const context: DoctorContext = {
    clock,
    dns,
    hostname: node.hostname,
    policy,
    listeners: node.listeners,
    expectedEgress: node.egress,
    conversation(config, signal) {
      const known = conversations.get(config.name) ?? converse(config, signal);
      conversations.set(config.name, known);
      return known;
    },
    async token(config, signal): Promise<TokenResult | undefined> {
      const { tokens } = way(config);
      signal.throwIfAborted();
      return tokens?.source.get();
    },
    identity: identity.pairs.map(({ certificate }) =>
      leafFacts(certificate, 'the certificate of the listeners', clock.now()),
    ),
    clientCertificate: (config) => clientLeaf(config, parts),
    disk: { path: node.data, minimumFree: node.minimumFree, free: () => freeWhere(node.data) },
    egressHistory,
    ...(parts.relay && { relay: parts.relay }),
  };
  return {
    context,
    seen: () => seen,
    close: async () => {
      await Promise.all([...ways.values()].map((one) => one.close()));
    },
  };
}

/** Before the first start the data directory is not there; its disk is that of the directory which it will be made in. */
async function freeWhere(directory: string): Promise<number | undefined> {
  const free = await freeBytesOf(directory);
  const above = dirname(directory);
  return free === undefined && above !== directory ? freeWhere(above) : free;
}

/** By MX the host depends on the recipient: one of our own domains stands for all; nothing is sent to it. */
function someRecipient({ route }: ConnectorConfig, policy: Policy): Mailbox | undefined {
  const [domain] = route.type === 'mx' ? senderDomains(policy) : [];
  const parsed = domain === undefined ? undefined : parseMailbox(`postmaster@${domain}`);
  return parsed?.ok === true ? parsed.value : undefined;
}

function clientLeaf(config: ConnectorConfig, { secretsOf, environment }: DoctorParts): LeafFacts | undefined {
  const { certificate } = secretsOf(config.name);
  if (certificate === undefined) return undefined;
  return leafFacts(certificate, `the client certificate of ${config.name}`, environment.clock.now());
}

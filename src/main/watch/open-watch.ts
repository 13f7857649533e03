/** Puts the watch together: what it looks at, where it keeps its state, whom it tells. */
import type { MailWays } from '../../alerts/channels/mail.ts';
import { Watch } from '../../alerts/watch.ts';
import type { LoadedNodeConfig } from '../../config/load.ts';
import type { ConnectorEnvironment, ConnectorSecrets } from '../../connector/create.ts';
import { createConnector } from '../../connector/create.ts';
import type { Delivery } from '../../delivery/delivery.ts';
import type { Events } from '../../observe/events.ts';
import type { Clock } from '../../platform/clock.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { DiskGuard } from '../../platform/disk.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Store } from '../../store/store.ts';
import { isLoopback } from '../../config/network-range.ts';
import type { FactSources } from './facts.ts';
import { factsFrom } from './facts.ts';
import type { TroubleBook } from './trouble-book.ts';
import { openChannels, openHeartbeat } from './channels.ts';
import { waitingOf } from './waiting.ts';

const alertsDocument = 'alerts';
const healthDocument = 'health';

export interface WatchParts extends Pick<
  FactSources,
  'statistics' | 'sightings' | 'expiries' | 'policyRefused'
> {
  readonly node: LoadedNodeConfig;
  readonly store: Store;
  readonly clock: Clock;
  readonly events: Events;
  readonly disk: Pick<DiskGuard, 'bytesFree'>;
  readonly policy: { readonly current: Policy };
  readonly delivery: Pick<Delivery, 'status'>;
  readonly troubles: TroubleBook;
  readonly environment: Omit<ConnectorEnvironment, 'secrets'>;
  readonly secretsOf: (connector: string) => ConnectorSecrets;
  readonly newId: () => string;
  listeners(): readonly {
    readonly name: string;
    readonly address: string;
    readonly port: number;
    readonly tls: string;
  }[];
  /** Why mail is not taken, as intake says. */
  readonly trouble: () => string | undefined;
}

export async function openWatch(parts: WatchParts): Promise<Watch> {
  const { node, store, clock, events, disk, policy, newId } = parts;
  const [keptAlerts, keptHealth] = await Promise.all([
    store.document(alertsDocument),
    store.document(healthDocument),
  ]);
  const channelParts = {
    clock,
    dns: parts.environment.dns,
    hostname: node.hostname,
    ways: mailWays(parts),
    newId,
  };
  const channels = await openChannels(node.alerts.channels, channelParts);
  const { heartbeat } = node.alerts;
  // Permissions of sources have a rule of their own.
  const expiries = () => parts.expiries().filter(({ what }) => !what.startsWith('the permission of '));
  const storeHealth = (): string => store.health?.() ?? 'ok';
  const bytesFree = (): number | undefined => (node.store === 'memory' ? undefined : disk.bytesFree);
  const sources: FactSources = {
    ...parts,
    minimumFree: node.minimumFree,
    bytesFree,
    storeHealth,
    diskHistory: () => watch.health.board.get('disk')?.history ?? [],
  };
  const facts = factsFrom({ ...sources, expiries });
  const watch: Watch = new Watch({
    clock,
    health: {
      clock,
      minimumFree: node.minimumFree,
      trouble: parts.trouble,
      listeners: () =>
        parts.listeners().map((place, index) => ({
          ...place,
          isImplicitTls: place.tls === 'implicit',
          sendsProxyHeader: expectsProxy(node, index),
        })),
      async write() {
        await store.records.write([{ kind: 'health', key: 'probe', text: formatInstant(clock.now()) }]);
      },
      storeHealth,
      bytesFree,
      expiries,
      queue: () => waitingOf(store, clock),
      connectors: () =>
        facts().connectors.map(({ name, suspended, troubles: [trouble] }) => ({
          name,
          ...(suspended ? { suspended } : {}),
          ...(trouble ? { trouble } : {}),
        })),
      keptMs: node.retention.health,
      kept: keptHealth,
      keep: (text) => store.putDocument(healthDocument, text),
    },
    alerts: {
      config: node.alerts,
      clock,
      events,
      hostname: node.hostname,
      channels,
      newId,
      keptMs: node.retention.alerts,
      kept: keptAlerts,
      keep: (text) => store.putDocument(alertsDocument, text),
    },
    facts,
    ...(heartbeat ? { heartbeat: await openHeartbeat(heartbeat, channelParts) } : {}),
  });
  for (const text of unknownNames(node, policy.current)) events.emit({ kind: 'warning', text });
  return watch;
}

function mailWays({ policy, delivery, troubles, environment, secretsOf }: WatchParts): MailWays {
  return {
    names() {
      const unwell = new Set(
        delivery
          .status()
          .connectors.filter(({ name, suspended }) => suspended !== undefined || troubles.of(name).length > 0)
          .map(({ name }) => name),
      );
      const rank = (name: string): number => (unwell.has(name) ? 1 : 0);
      return Array.from(policy.current.connectors.values())
        .filter(({ config }) => !config.suspended)
        .map(({ name }) => name)
        .toSorted((a, b) => rank(a) - rank(b));
    },
    open(name) {
      const rule = policy.current.connectors.get(name);
      return rule && createConnector(rule.config, { ...environment, secrets: secretsOf(name) });
    },
  };
}

/** A listener takes a PROXY header from the networks it names, and we ask from this machine. */
function expectsProxy(node: LoadedNodeConfig, index: number): boolean {
  return (node.listeners[index]?.proxyProtocol ?? []).some(
    (range) => isLoopback(range.split('/')[0] ?? '') || range.endsWith('/0'),
  );
}

/** Names of connectors and sources that the policy does not have: a mistake, or a policy that changed. */
function unknownNames({ alerts }: LoadedNodeConfig, policy: Policy): string[] {
  const ofChannels = alerts.channels.flatMap((channel) =>
    channel.type === 'mail'
      ? (channel.connectors ?? [])
          .filter((name) => !policy.connectors.has(name))
          .map(
            (name) =>
              `alerts: the channel ${channel.name} names the connector ${name}, which the policy does not have`,
          )
      : [],
  );
  const ofSources = Object.keys(alerts.rules['source-silent'].sources)
    .filter((name) => !policy.sources.has(name))
    .map((name) => `alerts: source-silent names the source ${name}, which the policy does not have`);
  return [...ofChannels, ...ofSources];
}

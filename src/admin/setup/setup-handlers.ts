/** What is set up, what ends, what runs out, what the relay stands on. */
import { isLoopback } from '../../config/network-range.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { allowListItems } from './allow-list.ts';
import { certificateViews } from './certificate-view.ts';
import type { Found } from './checklist.ts';
import { checklist } from './checklist.ts';
import { limitViews } from './limit-view.ts';
import { decisionAbout } from '../strangers/decision.ts';
import { nodeView } from './node-view.ts';
import { countOf } from '../../platform/words.ts';

export function setupHandlers(
  context: AdminContext,
): Pick<Handlers, 'setup' | 'limits' | 'certificates' | 'nodes' | 'allowList'> {
  return {
    async setup() {
      const steps = checklist(await foundIn(context));
      const done = steps.filter(({ state }) => state === 'done').length;
      const canSend = steps.every(({ tier, state }) => tier !== 'can-send' || state === 'done');
      return { steps, done, total: steps.length, canSend };
    },
    limits: () => ({ items: limitViews(context.delivery.status().connectors) }),
    certificates: () => ({ items: certificateViews(context.certificates(), context.clock.now()) }),
    nodes: async () => ({ items: [await nodeView(context)] }),
    allowList() {
      const policy = context.policy.current;
      const { remind, grace, quarantine } = policy.ageing;
      return {
        items: allowListItems(
          policy,
          context.clock.now(),
          (name) => context.traffic.sightings.get(name)?.lastAt,
        ),
        ageing: { remindMs: remind, graceMs: grace, quarantineMs: quarantine },
        findings: context.policies.editing
          .findings()
          .filter(({ path }) => /(?:^|\.)(?:sources|blocked)\b/.test(path)),
      };
    },
  };
}

async function foundIn(context: AdminContext): Promise<Found> {
  const { node, policy } = context;
  const { store } = context.queue;
  const [stats, newest] = await Promise.all([store.stats(), store.list({ limit: 1 })]);
  const status = context.delivery.status().connectors;
  const document = context.policies.document as { readonly tenant?: { readonly domain?: string } };
  const certificates = certificateViews(context.certificates(), context.clock.now());
  const listeners = certificates.filter(({ kind }) => kind === 'listener-certificate');
  return {
    accounts: context.access.accounts.list().length,
    strangers: undecided(context),
    tenant: document.tenant?.domain,
    connectors: policy.current.connectors.size,
    worked: status.flatMap(({ name, lastSuccessAt }) => (lastSuccessAt === undefined ? [] : [name])),
    failing: status.flatMap(({ name, lastFailure, lastSuccessAt }) =>
      lastFailure && lastFailure.at > (lastSuccessAt ?? 0) ? [name] : [],
    ),
    sources: policy.current.sources.size,
    accepted: newest.items.length > 0,
    relayed:
      status.some(({ lastSuccessAt }) => lastSuccessAt !== undefined) ||
      (stats.settled > 0 && (await anyRelayed(context))),
    listenerTls: node.listeners.every(({ tls }) => tls === 'off')
      ? 'none'
      : listeners.some(({ subject, issuer }) => subject === issuer)
        ? 'self-signed'
        : 'own',
    console: consoleKind(context),
    endsSoon: certificates
      .filter(({ state }) => state === 'ends-soon' || state === 'ended')
      .map(
        ({ usedBy, kind, days }) =>
          `${kind} of ${usedBy}: ${days === undefined ? 'unknown' : countOf(days, 'day')}`,
      ),
    managed: context.policies.managed,
    clearListeners: node.listeners.filter(({ tls }) => tls === 'off').map(({ name }) => name),
  };
}

/** Unknown senders about whom nothing was decided. */
function undecided(context: AdminContext): number {
  const groups = context.traffic.strangers.all();
  return groups.filter((group) => decisionAbout(context, group) === 'none').length;
}

/** Among the newest that are settled. */
async function anyRelayed(context: AdminContext): Promise<boolean> {
  const { items } = await context.queue.store.list({ state: 'settled', limit: 50 });
  return items.some(({ progress }) => progress.recipients.some(({ kind }) => kind === 'relayed'));
}

function consoleKind({ node }: AdminContext): Found['console'] {
  if (node.console === false || isLoopback(node.console.address)) return 'loopback';
  return 'tls' in node.console && node.console.tls !== undefined ? 'tls' : 'clear';
}

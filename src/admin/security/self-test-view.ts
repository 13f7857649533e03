/** The open-relay self-test over the listeners of this node. */
import type { SelfTest } from '../../../contract/schemas.ts';
import { selfTest } from '../../diagnostics/self-test/self-test.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { AdminContext } from '../context.ts';

export async function selfTestView(context: AdminContext): Promise<SelfTest> {
  const { policy, policies, node, clock } = context;
  const now = clock.now();
  const domain = ownDomain(policies.document) ?? context.hostname;
  const listeners = await selfTest({
    policy: policy.current,
    now,
    domain,
    listeners: node.listeners,
    talk: (listener, address, lines) => context.rehearse(listener, address, lines),
  });
  return {
    at: formatInstant(now),
    domain,
    isOpen: listeners.some(({ probes }) => probes.some(({ verdict }) => verdict === 'taken')),
    listeners: listeners.map((one) => ({
      ...one,
      probes: one.probes.map((probe) => ({ ...probe, steps: [...probe.steps] })),
    })),
  };
}

interface Tenant {
  readonly domain?: string;
  readonly acceptedDomains?: readonly string[];
}

function ownDomain(document: Readonly<Record<string, unknown>>): string | undefined {
  const { tenant, tenants } = document as { readonly tenant?: Tenant; readonly tenants?: readonly Tenant[] };
  const first = tenant ?? tenants?.[0];
  return first?.acceptedDomains?.[0] ?? first?.domain;
}

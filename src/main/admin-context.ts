/** What console and admin API work on. */
import { resender } from '../accept/resend.ts';
import type { AdminContext } from '../admin/context.ts';
import { DecisionBook } from '../admin/strangers/decision-book.ts';
import { ArrivalBook } from '../diagnostics/arrival/arrival-book.ts';
import { createScrape } from '../observe/metrics.ts';
import type { Instant } from '../platform/clock.ts';
import type { Foundation } from './foundation.ts';
import type { MailFlow } from './mail-flow.ts';
import type { Oversight } from './oversight.ts';
import { readings } from './readings.ts';
import { rehearser } from './rehearser.ts';
import { setupTenants } from './setup-tenants.ts';
import { SignInDesk } from './sign-in-desk.ts';
import { storeName } from './store.ts';
import { packageVersion } from './version.ts';

/** Of what ends by itself, `status` shows so many. */
const expiriesShown = 5;

/** `trouble`: why no mail is taken at the moment, if so. */
export async function makeAdminContext(
  foundation: Foundation,
  flow: MailFlow,
  oversight: Oversight,
  { startedAt, trouble }: { readonly startedAt: Instant; readonly trouble: () => string | undefined },
  stack: AsyncDisposableStack,
): Promise<AdminContext> {
  const { node, observation, clock, events, store, signIns, environment } = foundation;
  const { keeper, holder, expiries, queue, newId } = foundation;
  const { acceptance, delivery, traffic, rates, cutOver, spf, states, wouldAdmit } = flow;
  const { access, certificates, keeping, watch, diagnosis } = oversight;
  const scrape = createScrape(observation.metrics);
  const context: AdminContext = {
    version: packageVersion(),
    hostname: node.hostname,
    startedAt,
    data: node.data,
    storeName: storeName(node),
    clock,
    events,
    queue,
    policy: holder,
    policies: keeper,
    delivery,
    traffic,
    resend: resender({ queue, policy: holder, clock, newId }),
    ...access,
    listeners: states,
    wouldAdmit,
    node,
    rates,
    spf,
    room: (bytes) => acceptance.ready(bytes),
    signIns: stack.use(new SignInDesk({ signIns, environment, secretsOf: (name) => keeper.secretsOf(name) })),
    testBench: diagnosis.testBench,
    setupTenants: () =>
      setupTenants(holder.current, keeper.document, (name) => keeper.secretsOf(name)).map((tenant) => ({
        ...tenant,
        egress: node.egress,
      })),
    arrivals: new ArrivalBook(store, clock),
    doctor: diagnosis.doctor,
    rehearse: rehearser(node, { policy: holder, acceptance, rates, cutOver, clock, newId, spf }),
    cutOver,
    decisions: await DecisionBook.open(store, clock),
    certificates,
    keeping,
    expiries: () => expiries.next(expiriesShown),
    trouble: () => {
      const checks = watch.health.notReadyBecause().filter((id) => id !== 'intake');
      return trouble() ?? (checks.length === 0 ? undefined : `no listener greets (${checks.join(', ')})`);
    },
    watch,
    scrape: async () => scrape(await readings(context, startedAt)),
  };
  return context;
}

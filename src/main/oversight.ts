/** What looks after a relay that runs: files that change, what ends, health and alerts, backups, the doctor. */
import { openNodeAccess } from './access.ts';
import { certificateList } from './certificate-list.ts';
import { openDiagnosis } from './diagnosis/open-diagnosis.ts';
import type { Foundation } from './foundation.ts';
import { startHousekeeping } from './housekeeping.ts';
import { openKeeping } from './keeping.ts';
import type { MailFlow } from './mail-flow.ts';
import { recordedReload } from './recorded-reload.ts';
import { openWatch } from './watch/open-watch.ts';
import { watchIdentity } from './watch-identity.ts';
import { watchPolicy } from './watch-policy.ts';
import { watchSecrets } from './watch-secrets.ts';

export type Oversight = Awaited<ReturnType<typeof openOversight>>;

/** `trouble`: why no mail is taken at the moment, if so. */
export async function openOversight(
  foundation: Foundation,
  flow: MailFlow,
  trouble: () => string | undefined,
  stack: AsyncDisposableStack,
) {
  const { node, clock, random, events, store, identity, shown, signIns, lookAtSignIns } = foundation;
  const { environment, keeper, holder, expiries, queue, newId, disk } = foundation;
  const { acceptance, delivery, logins, traffic, troubles, rates, cutOver, spf, states } = flow;
  stack.use(watchSecrets({ holder, clock, events, reread: () => keeper.rereadFiles() }));
  const opened = await openNodeAccess(node, { store, clock, random, events });
  const certificates = () =>
    certificateList(
      holder.current,
      (name) => keeper.secretsOf(name),
      shown,
      (name) => signIns.endOf(name)?.at,
    );
  const keeping = stack.use(
    await openKeeping({
      node,
      queue,
      clock,
      events,
      newId,
      policy: holder,
      traffic,
      ...opened,
      certificates,
    }),
  );
  stack.use(
    startHousekeeping({
      store,
      clock,
      events,
      retention: keeping.retention,
      expiries,
      beforeLook: lookAtSignIns,
    }),
  );
  const renewed = watchIdentity(node, identity, { clock, events });
  if (renewed) stack.use(renewed);
  const recorded = { audit: opened.audit, holder, file: keeper.file };
  const reloadIfChanged = () => recordedReload(recorded, () => keeper.reloadIfChanged());
  const policyWatch = keeper.file
    ? stack.use(watchPolicy({ reloadIfChanged }, keeper.file, clock, events))
    : undefined;
  const watch = stack.use(
    await openWatch({
      node,
      store,
      clock,
      events,
      disk,
      policy: holder,
      delivery,
      troubles,
      environment,
      statistics: traffic.statistics,
      sightings: traffic.sightings,
      expiries: () => expiries.next(Number.POSITIVE_INFINITY),
      policyRefused: () => keeper.refused,
      secretsOf: (name) => keeper.secretsOf(name),
      newId: () => newId(clock.now()),
      listeners: states,
      trouble,
    }),
  );
  const diagnosis = stack.use(
    await openDiagnosis({
      node,
      store,
      events,
      environment,
      policy: holder,
      identity,
      newId,
      delivery,
      traffic,
      visit: { policy: holder, acceptance, rates, cutOver, clock, newId, identity, logins, spf },
      secretsOf: (name) => keeper.secretsOf(name),
      listeners: states,
    }),
  );
  return {
    access: opened,
    certificates,
    keeping,
    watch,
    diagnosis,
    reloadIdentity: async () => renewed?.read(),
    reloadPolicy: async () => {
      try {
        return await recordedReload(recorded, () => keeper.reload());
      } catch (error) {
        policyWatch?.again();
        throw error;
      }
    },
  };
}

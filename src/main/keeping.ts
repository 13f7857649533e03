/** What keeps things in order: calendar and reminders, backups, review of the log, retention; opened over the store, closed with it. */
import { calendarItems } from '../ageing/calendar.ts';
import type { AgeingItem } from '../ageing/item.ts';
import type { EndingSecret } from '../ageing/of-certificates.ts';
import { AgeingWatch } from '../ageing/watch.ts';
import { BackupKeeper } from '../backup/keeper.ts';
import type { Access } from '../accounts/access.ts';
import type { KeepingControl } from '../admin/keeping/keeping-control.ts';
import type { CertificateFacts } from '../admin/setup/certificate-facts.ts';
import type { LoadedNodeConfig } from '../config/load.ts';
import type { AuditLog } from '../observe/audit/audit-log.ts';
import type { Events } from '../observe/events.ts';
import type { Clock } from '../platform/clock.ts';
import type { NewId } from '../platform/random.ts';
import type { PolicyHolder } from '../policy/holder.ts';
import type { Queue } from '../queue/queue.ts';
import { ReviewKeeper } from '../review/keeper.ts';
import { backupPlaceOf } from './backup-place.ts';
import { backupSecretOf } from './backup-secret.ts';
import { Retention } from './retention.ts';
import { openReviewBlocks } from './review-blocks.ts';
import type { Traffic } from './traffic.ts';

export interface KeepingOptions {
  readonly node: LoadedNodeConfig;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly events: Events;
  readonly newId: NewId;
  readonly policy: PolicyHolder;
  readonly traffic: Traffic;
  readonly access: Access;
  readonly audit: AuditLog;
  readonly certificates: () => readonly CertificateFacts[];
}

export interface Keeping extends KeepingControl, AsyncDisposable {
  readonly retention: Retention;
}

export async function openKeeping(options: KeepingOptions): Promise<Keeping> {
  const { node, queue, clock, events, newId, traffic } = options;
  const stack = new AsyncDisposableStack();
  const calendar = stack.use(
    await AgeingWatch.open({
      store: queue.store,
      queue,
      clock,
      events,
      newId,
      hostname: node.hostname,
      reminders: node.reminders,
      items: () => itemsOf(options),
    }),
  );
  const backups = stack.use(
    await BackupKeeper.open({
      store: queue.store,
      clock,
      events,
      config: node.backup,
      secret: () => backupSecretOf(node),
      place: backupPlaceOf(node, () =>
        Array.from(options.policy.current.connectors.values(), ({ config }) => config),
      ),
    }),
  );
  const blocks = await openReviewBlocks({ ...options, store: queue.store, habits: traffic.habits }, stack);
  const review = stack.use(
    await ReviewKeeper.open({
      clock,
      events,
      records: queue.store.records,
      days: traffic.days,
      habits: traffic.habits,
      newId,
      learnMs: node.review.learn,
      isBlocked: (address) => options.policy.current.blocked.find(address, clock.now()) !== undefined,
      onFound: (found) => blocks.consider(found),
    }),
  );
  const retention = new Retention({
    store: queue.store,
    clock,
    events,
    retention: node.retention,
    traffic,
    audit: options.audit,
    review,
  });
  return {
    calendar,
    backups,
    reports: traffic.days,
    review,
    blocks,
    retention,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function itemsOf({
  node,
  clock,
  policy,
  traffic,
  access,
  certificates,
}: KeepingOptions): readonly AgeingItem[] {
  return calendarItems(
    {
      policy: policy.current,
      secrets: certificates().flatMap(endingOf),
      tokens: access.tokens.list(),
      silentAfterMs: node.reminders.silentAfter,
      lastSeenAt: (source) => traffic.sightings.get(source)?.lastAt,
    },
    clock.now(),
  );
}

function endingOf({ kind, name, subject, owner, notAfter }: CertificateFacts): EndingSecret[] {
  if (notAfter === undefined) return [];
  return [
    {
      kind,
      name,
      notAfter,
      ...(subject === undefined ? {} : { subject }),
      ...(owner === undefined ? {} : { owner }),
    },
  ];
}

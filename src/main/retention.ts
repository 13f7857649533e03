/** Lets go of everything whose time under `retention` is over, and remembers what the last sweep removed. */
import type { RetentionConfig } from '../config/keeping-schema.ts';
import { pruneAudit } from '../observe/audit/prune.ts';
import type { AuditLog } from '../observe/audit/audit-log.ts';
import type { Events } from '../observe/events.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import { plus } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import type { ReviewKeeper } from '../review/keeper.ts';
import type { Traffic } from './traffic.ts';

export type SweptKind =
  | 'trace'
  | 'content'
  | 'events'
  | 'days'
  | 'audit'
  | 'sightings'
  | 'strangers'
  | 'review'
  | 'files';

export interface Swept {
  readonly at: Instant;
  readonly removed: Readonly<Record<SweptKind, number>>;
}

export interface RetentionOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: Events;
  readonly retention: RetentionConfig;
  readonly traffic: Traffic;
  readonly audit: AuditLog;
  readonly review: Pick<ReviewKeeper, 'forget'>;
}

export class Retention {
  readonly #options: RetentionOptions;
  #last: Swept | undefined;

  constructor(options: RetentionOptions) {
    this.#options = options;
    const { minutes, quarters, hours } = options.retention.statistics;
    options.traffic.statistics.keep({ hour: minutes, day: quarters, month: hours });
  }

  get last(): Swept | undefined {
    return this.#last;
  }

  /** Rejects with StoreError; what is left is removed the next time. */
  async sweep(): Promise<Swept> {
    const { store, clock, events, retention, traffic, audit, review } = this.#options;
    const now = clock.now();
    const before = (ms: number): Instant => plus(now, -ms);
    const sightings = traffic.sightings.forget(before(retention.sightings));
    const strangers = traffic.strangers.forgetBefore(before(retention.strangers));
    // A habit is of use for as long as a sighting.
    traffic.habits.forget(before(retention.sightings));
    await traffic.flush();
    const findings = await review.forget(before(retention.review));
    const days = await traffic.days.forget(retention.statistics.days);
    const pruned = await pruneAudit(audit, before(retention.audit));
    // Last, because it also overwrites what the others removed.
    const swept = await store.sweep({
      messages: before(retention.trace),
      events: before(retention.events),
      contents: before(retention.content),
    });
    const removed = {
      trace: swept.messages,
      content: swept.contents ?? 0,
      events: swept.events,
      files: swept.files,
      days,
      audit: pruned,
      sightings,
      strangers,
      review: findings,
    };
    this.#last = { at: now, removed };
    if (Object.values(removed).some((count) => count > 0)) events.emit({ kind: 'swept', removed });
    return this.#last;
  }
}

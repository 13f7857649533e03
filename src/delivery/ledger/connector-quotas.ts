/** The quotas of one connector: its view of the ledger, which it shares with the others of its mailbox and tenant. */
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { Envelope } from '../../message/envelope.ts';
import type { Priority } from '../../message/message.ts';
import type { DeliveryOutcome, Exhausted, Failure } from '../../message/outcome.ts';
import type { Instant } from '../../platform/clock.ts';
import type { QuotaOutlook } from '../../policy/policy.ts';
import type { Forecast } from './forecast.ts';
import type { Admission, Ledger } from './ledger.ts';
import { isLong } from './ledger.ts';
import type { Load } from './load.ts';
import { externalOf, loadOf } from './load.ts';
import type { Quota, QuotaScope } from './quota.ts';
import { quotasOf, quotaTitle } from './quota.ts';

export interface QuotaStatus extends Forecast {
  /** `recipients in 24 hours of mailbox relay@contoso.com`. */
  readonly quota: string;
  readonly scope: QuotaScope;
  /** Whose it is, in words: `mailbox relay@contoso.com`. */
  readonly owner: string;
  /** By the hour or the day. What is counted by minutes is a pace: mail waits for it, and used up it is free again soon. */
  readonly isLong: boolean;
}

export interface QuotaTransaction {
  readonly envelope: Envelope;
  /** By index into the envelope. */
  readonly recipients: readonly number[];
  readonly priority: Priority;
}

/** Free again of a limit that was used up, before its connector is chosen like the others. */
const returnShare = 0.1;

/** Where nobody said how long to wait. */
const unnamedWaitMs = 60_000;

const oneMessage: Load = {
  priority: 'normal',
  counts: { messages: 1, recipients: 0, external: 0, 'external-from-onmicrosoft': 0 },
};

export class ConnectorQuotas {
  readonly #config: ConnectorConfig;
  readonly #ledger: Ledger;
  readonly #quotas: readonly Quota[];
  /** Waited for where the message stands: by the minute. */
  readonly #short: readonly Quota[];
  /** Waited for in the store: by the hour and by the day. */
  readonly #long: readonly Quota[];

  /** A message had no room in the hour or the day, and not much has become free since. */
  #hadNoRoom = false;

  constructor(config: ConnectorConfig, ledger: Ledger) {
    this.#config = config;
    this.#ledger = ledger;
    this.#quotas = quotasOf(config);
    this.#short = this.#quotas.filter((quota) => !isLong(quota));
    this.#long = this.#quotas.filter(isLong);
  }

  get any(): boolean {
    return this.#quotas.length > 0;
  }

  /** Something is kept that `refuse` of the other side can close. */
  counts(exhausted: Exhausted): boolean {
    return this.#quotas.some(({ counts }) => counts === exhausted);
  }

  /** When one more message of any kind may begin. */
  nextAt(now: Instant): Instant {
    const admission = this.#ledger.admit(this.#short, oneMessage, now);
    return admission.kind === 'send' ? now : admission.until;
  }

  /** Whether the hour and the day have room for it. */
  admit(transaction: QuotaTransaction, now: Instant): Admission {
    if (this.#long.length === 0) return { kind: 'send' };
    return this.#ledger.admit(this.#long, this.#load(transaction), now);
  }

  /**
   * What the quotas leave for it, for the choice among equal connectors. One that had no room is `recovering` until
   * `returnShare` of each limit is free, so that mail does not change from one connector to the other with every message.
   */
  outlook(transaction: QuotaTransaction, now: Instant): QuotaOutlook {
    if (!this.any) return { kind: 'room' };
    const admission = this.#ledger.admit(this.#quotas, this.#load(transaction), now);
    if (admission.kind === 'wait') {
      const { quota, until } = admission;
      this.#hadNoRoom ||= isLong(quota);
      return { kind: 'wait', waitMs: until - now, quota: quotaTitle(quota) };
    }
    if (!this.#hadNoRoom) return { kind: 'room' };
    const low = this.#long.find((quota) => {
      return this.#ledger.forecast(quota, now).free < quota.limit * returnShare;
    });
    this.#hadNoRoom = low !== undefined;
    return low ? { kind: 'recovering', quota: quotaTitle(low) } : { kind: 'room' };
  }

  begin(transaction: QuotaTransaction, now: Instant): void {
    if (this.any) this.#ledger.begin(this.#quotas, this.#load(transaction), now);
  }

  /** Returns what the other side had called used up and takes mail of again. */
  end(transaction: QuotaTransaction, outcome: DeliveryOutcome, now: Instant): readonly Exhausted[] {
    if (!this.any) return [];
    const handedOver = transaction.recipients.filter((_, position) => {
      const kind = outcome.recipients[position]?.kind;
      return kind === 'relayed' || kind === 'in-doubt';
    });
    const load = this.#load(transaction);
    const taken = this.#load({ ...transaction, recipients: handedOver });
    const freed = this.#ledger.end(this.#quotas, load, taken, now);
    for (const recipient of outcome.recipients) {
      if (recipient.kind !== 'failed' || !recipient.failure.exhausted) continue;
      this.#refuse(recipient.failure, now);
      break;
    }
    return freed.map(({ counts }) => counts);
  }

  /** By an operator: what the other side called used up is tried again. */
  reopen(now: Instant): void {
    for (const quota of this.#quotas) this.#ledger.reopen(quota, now);
  }

  #refuse({ exhausted, text, retryAfterMs, retryAfterMaxMs }: Failure, now: Instant): void {
    const least = retryAfterMs ?? unnamedWaitMs;
    const waitMs = { least, most: Math.max(least, retryAfterMaxMs ?? least) };
    for (const quota of this.#quotas) {
      // Of messages the shortest window is meant: too many at a time or in a minute.
      const isMeant = quota.counts === exhausted && (exhausted !== 'messages' || quota.window === 'minute');
      if (isMeant) this.#ledger.refuse(quota, text, waitMs, now);
    }
  }

  external({ envelope, recipients }: QuotaTransaction): readonly number[] {
    return externalOf(envelope, recipients, this.#config.tenant);
  }

  status(now: Instant): readonly QuotaStatus[] {
    return this.#quotas
      .filter((quota) => quota.limit !== Infinity || this.#ledger.isRefused(quota, now))
      .map((quota) => statusOf(quota, this.#ledger.forecast(quota, now)));
  }

  /** Quotas that have become low or exhausted and of which nobody was told; `refused`: one that mail had to wait for. */
  worsened(
    now: Instant,
    refused?: Quota,
  ): readonly (QuotaStatus & { readonly state: 'low' | 'exhausted' })[] {
    return this.#long.flatMap((quota) => {
      const state = this.#ledger.worsened(quota, now, quota === refused);
      return state ? [{ ...statusOf(quota, this.#ledger.forecast(quota, now)), state }] : [];
    });
  }

  #load({ envelope, recipients, priority }: QuotaTransaction): Load {
    return loadOf(envelope, recipients, priority, this.#config.tenant);
  }
}

function statusOf(quota: Quota, forecast: Forecast): QuotaStatus {
  const { scope, owner } = quota;
  return { quota: quotaTitle(quota), scope, owner, isLong: isLong(quota), ...forecast };
}

/** The quotas of one connector: its view of the ledger, which it shares with the others of its mailbox and tenant. */
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { Envelope } from '../../message/envelope.ts';
import type { Priority } from '../../message/message.ts';
import type { DeliveryOutcome } from '../../message/outcome.ts';
import type { Instant } from '../../platform/clock.ts';
import type { Forecast } from './forecast.ts';
import type { Admission, Ledger } from './ledger.ts';
import { isLong } from './ledger.ts';
import type { Load } from './load.ts';
import { externalOf, loadOf } from './load.ts';
import type { Quota } from './quota.ts';
import { quotasOf, quotaTitle } from './quota.ts';

export interface QuotaStatus extends Forecast {
  /** `recipients in 24 hours of mailbox relay@contoso.com`. */
  readonly quota: string;
}

export interface QuotaTransaction {
  readonly envelope: Envelope;
  /** By index into the envelope. */
  readonly recipients: readonly number[];
  readonly priority: Priority;
}

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

  begin(transaction: QuotaTransaction, now: Instant): void {
    if (this.any) this.#ledger.begin(this.#quotas, this.#load(transaction), now);
  }

  end(transaction: QuotaTransaction, outcome: DeliveryOutcome, now: Instant): void {
    if (!this.any) return;
    const handedOver = transaction.recipients.filter((_, position) => {
      const kind = outcome.recipients[position]?.kind;
      return kind === 'relayed' || kind === 'in-doubt';
    });
    const load = this.#load(transaction);
    this.#ledger.end(this.#quotas, load, this.#load({ ...transaction, recipients: handedOver }), now);
  }

  external({ envelope, recipients }: QuotaTransaction): readonly number[] {
    return externalOf(envelope, recipients, this.#config.tenant);
  }

  status(now: Instant): readonly QuotaStatus[] {
    return this.#quotas.map((quota) => statusOf(quota, this.#ledger.forecast(quota, now)));
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
  return { quota: quotaTitle(quota), ...forecast };
}

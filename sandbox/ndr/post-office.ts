/**
 * What becomes of a message after it was taken: recipients that nobody has, and limits of the tenant, come back as
 * non-delivery reports in the mailbox of the sender. A report or a null sender never causes another (RFC 3464 2).
 */
import { type SandboxClock, SlidingWindow } from '../clock.ts';
import type { Arrival, Ledger } from '../ledger.ts';
import type { TenantConfig } from '../tenant/config.ts';
import type { Directory } from '../tenant/directory.ts';
import { domainOf } from '../tenant/directory.ts';
import { composeReport } from './compose.ts';

const texts = {
  unknown: '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
  tenantLimit:
    "550 5.7.233 Your message can't be sent because your tenant has exceeded its daily limit for sending email to external recipients (tenant external recipient rate limit).",
  // Only the code is published ("Limiting onmicrosoft domain usage for sending emails").
  initialDomainLimit: '550 5.7.236',
} as const;

const dayMs = 86_400_000;
/** External recipients a day of senders in the initial domain, per tenant. */
const initialDomainMax = 100;

export interface PostOfficeOptions {
  readonly directory: Directory;
  readonly clock: SandboxClock;
  /** Where reports are kept. */
  readonly returned: Ledger;
  readonly nextId: () => string;
}

export class PostOffice {
  readonly #options: PostOfficeOptions;
  readonly #external = new Map<string, { readonly all: SlidingWindow; readonly initial: SlidingWindow }>();

  constructor(options: PostOfficeOptions) {
    this.#options = options;
  }

  /** Call once for each message that was taken. */
  async take(arrival: Arrival): Promise<void> {
    const failed = arrival.recipients.flatMap((recipient) => {
      const reply = recipient.report ?? this.#judge(arrival, recipient.address);
      return reply === undefined ? [] : [{ address: recipient.address, reply }];
    });
    if (failed.length === 0 || this.#options.directory.tenantOfAddress(arrival.from) === undefined) return;
    const { clock, nextId, returned } = this.#options;
    const id = nextId();
    const content = composeReport({
      to: arrival.from,
      failed,
      original: arrival.content,
      id,
      now: clock.now(),
    });
    await returned.add({
      ...arrival,
      id,
      at: clock.now(),
      acknowledged: true,
      from: '',
      parameters: [],
      recipients: [{ address: arrival.from, parameters: [] }],
      content,
      notes: [`report on ${arrival.id}`],
    });
  }

  #judge(arrival: Arrival, address: string): string | undefined {
    const { directory } = this.#options;
    const isOurs = arrival.login !== undefined || arrival.connector !== undefined;
    if (!isOurs || !address.includes('@')) return undefined;
    if (directory.tenantOfAddress(address) !== undefined)
      return directory.recipientExists(address) ? undefined : texts.unknown;
    const tenant = directory.tenant(arrival.tenant ?? '');
    // {terrl}: reports, HVE and Communication Services do not count.
    if (tenant === undefined || arrival.from === '' || arrival.route === 'hve' || arrival.route === 'acs')
      return undefined;
    return this.#countExternal(tenant, arrival.from);
  }

  #countExternal(tenant: TenantConfig, from: string): string | undefined {
    const { clock } = this.#options;
    const windows = this.#external.get(tenant.id) ?? {
      all: new SlidingWindow(clock, dayMs),
      initial: new SlidingWindow(clock, dayMs),
    };
    this.#external.set(tenant.id, windows);
    if (windows.all.total >= externalMax(tenant)) return texts.tenantLimit;
    if (domainOf(from).endsWith('.onmicrosoft.com')) {
      if (windows.initial.total >= initialDomainMax) return texts.initialDomainLimit;
      windows.initial.add(1);
    }
    windows.all.add(1);
    return undefined;
  }
}

/** "Tenant External Recipient Rate Limit" (MC1023294): 500 × licences^0.7 + 9,500 in 24 hours. */
export function externalMax({ licences = 100 }: TenantConfig): number {
  return Math.floor(500 * licences ** 0.7 + 9500);
}

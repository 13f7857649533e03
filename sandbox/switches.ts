/**
 * What can be turned while the stand-in runs: by `PUT /switches` of the inspection, or by a test. The lists begin as
 * the tenants are configured, and from then on they alone decide.
 */
import type { TenantConfig } from './tenant/config.ts';

export interface SwitchSettings {
  /** Tenant ids whose organisation has SmtpClientAuthenticationDisabled. */
  readonly smtpAuthDisabledTenants: readonly string[];
  /** Mailboxes with SmtpClientAuthenticationDisabled `$true`; wins over the organisation. */
  readonly smtpAuthDisabledMailboxes: readonly string[];
  /** Mailboxes with SmtpClientAuthenticationDisabled `$false`; wins over the organisation. */
  readonly smtpAuthEnabledMailboxes: readonly string[];
  /** Mailboxes whose own quota is used up: they cannot keep a copy of what they send. */
  readonly fullMailboxes: readonly string[];
  /** Mailboxes whose licence was taken away. */
  readonly unlicensedMailboxes: readonly string[];
  /** Tenant ids with security defaults, which end basic authentication. */
  readonly securityDefaultsTenants: readonly string[];
  /** Tenant ids whose authentication policy has AllowBasicAuthSmtp off. */
  readonly basicAuthDisabledTenants: readonly string[];
  /** Basic authentication is gone for good: `550 5.7.30`. */
  readonly basicAuthRetired: boolean;
  /** Tenant ids with RejectDirectSend. */
  readonly rejectDirectSendTenants: readonly string[];
  /** Names of inbound connectors that are disabled. */
  readonly disabledConnectors: readonly string[];
  /** Client ids whose admin consent is withdrawn: tokens come without roles. */
  readonly consentWithdrawnFor: readonly string[];
  /** Secret IDs that have expired. */
  readonly expiredSecrets: readonly string[];
  /** Every token request fails with this: an AADSTS number as text, `503`, or `drop`; empty: none. */
  readonly tokenEndpointFault: string;
  /** Token requests of one application fail: `CLIENTID NUMBER` with an AADSTS number. */
  readonly tokenFaults: readonly string[];
  /** Seconds that the clock of the token endpoint is ahead (or behind, negative). */
  readonly identityClockSkewSeconds: number;
  /** Life of an access token in seconds. */
  readonly tokenSeconds: number;
  /** Graph answers MIME above 2,240 KB with 200 and sends nothing (microsoft-graph-docs-contrib issue 3079). */
  readonly graphOversizeNotSent: boolean;
  /** Every Graph request fails with this status; 0: none. */
  readonly graphFault: number;
  /** Value of Retry-After where Graph throttles, in seconds. */
  readonly graphRetryAfterSeconds: number;
  /** RFC 9110 10.2.3 allows both forms. */
  readonly graphRetryAfterForm: 'seconds' | 'date';
  /** Graph requests of one application and mailbox at a time. */
  readonly graphConcurrency: number;
  /** Milliseconds that Graph holds a sendMail before it answers. */
  readonly graphDelayMs: number;
  /** An inbound connector only takes client certificates that have the clientAuth purpose; nobody knows. */
  readonly clientAuthPurposeRequired: boolean;
  /** This reply, or the one of this catalogue id, answers every RCPT of the MX endpoint; empty: none. */
  readonly mxFault: string;
}

/** All at their normal positions, except what the tenants say. */
export function initialSwitches(tenants: readonly TenantConfig[]): SwitchSettings {
  const ids = (is: (tenant: TenantConfig) => boolean | undefined): string[] =>
    tenants.filter((tenant) => is(tenant) === true).map(({ id }) => id);
  const mailboxes = tenants.flatMap((tenant) => tenant.mailboxes ?? []);
  const connectors = tenants.flatMap((tenant) => tenant.connectors ?? []);
  return {
    smtpAuthDisabledTenants: ids((tenant) => tenant.smtpClientAuthenticationDisabled),
    smtpAuthDisabledMailboxes: mailboxes
      .filter((mailbox) => mailbox.smtpClientAuthenticationDisabled === true)
      .map(({ address }) => address),
    smtpAuthEnabledMailboxes: mailboxes
      .filter((mailbox) => mailbox.smtpClientAuthenticationDisabled === false)
      .map(({ address }) => address),
    fullMailboxes: [],
    unlicensedMailboxes: [],
    securityDefaultsTenants: [],
    basicAuthDisabledTenants: [],
    basicAuthRetired: false,
    rejectDirectSendTenants: ids((tenant) => tenant.rejectDirectSend),
    disabledConnectors: connectors.filter(({ enabled }) => enabled === false).map(({ name }) => name),
    consentWithdrawnFor: [],
    expiredSecrets: [],
    tokenEndpointFault: '',
    tokenFaults: [],
    identityClockSkewSeconds: 0,
    // "Configurable token lifetimes in the Microsoft identity platform": 60 to 90 minutes; a fixed one keeps tests still.
    tokenSeconds: 3599,
    graphOversizeNotSent: false,
    graphFault: 0,
    graphRetryAfterSeconds: 10,
    graphRetryAfterForm: 'seconds',
    // "Microsoft Graph service-specific throttling limits", Outlook service limits.
    graphConcurrency: 4,
    graphDelayMs: 0,
    clientAuthPurposeRequired: false,
    mxFault: '',
  };
}

export class Switches {
  #settings: SwitchSettings;

  constructor(tenants: readonly TenantConfig[]) {
    this.#settings = initialSwitches(tenants);
  }

  get current(): SwitchSettings {
    return this.#settings;
  }

  set(change: Partial<SwitchSettings>): void {
    this.#settings = { ...this.#settings, ...change };
  }

  /** Takes what came over HTTP; the result names the first fault, and then nothing was changed. */
  setUntrusted(change: unknown): string | undefined {
    if (typeof change !== 'object' || change === null || Array.isArray(change)) return 'An object is needed.';
    const known = new Map<string, unknown>(Object.entries(this.#settings));
    for (const [name, value] of Object.entries(change)) {
      if (!known.has(name)) return `There is no switch ${JSON.stringify(name.slice(0, 80))}.`;
      const fault = mismatch(known.get(name), value);
      if (fault !== undefined) return `${name}: ${fault}`;
    }
    const form = (change as { graphRetryAfterForm?: string }).graphRetryAfterForm;
    if (form !== undefined && form !== 'seconds' && form !== 'date') {
      return 'graphRetryAfterForm: seconds or date is needed.';
    }
    const { tokenEndpointFault: token } = change as { tokenEndpointFault?: string };
    if (token !== undefined && !tokenFaultForm.test(token)) {
      return 'tokenEndpointFault: an AADSTS number, 503 or drop is needed, or an empty text for none.';
    }
    this.set(change);
    return undefined;
  }
}

const tokenFaultForm = /^((AADSTS)?\d+|drop)?$/i;

function mismatch(present: unknown, value: unknown): string | undefined {
  if (Array.isArray(present)) {
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
    return isList ? undefined : 'a list of texts is needed.';
  }
  if (typeof present === 'number') {
    return Number.isFinite(value) ? undefined : 'a number is needed.';
  }
  return typeof value === typeof present ? undefined : `a ${typeof present} is needed.`;
}

/** Ids and addresses compare without case. */
export function listed(list: readonly string[], value: string): boolean {
  const wanted = value.toLowerCase();
  return list.some((item) => item.toLowerCase() === wanted);
}

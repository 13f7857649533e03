/** Which limits of Microsoft 365 hold for a connector, and whose they are. Pure. */
import {
  communicationServicesLimits,
  graphLimits,
  submissionLimits,
  tenantExternalRecipientsPerDay,
  tenantLimits,
} from '../../../microsoft365/limits.ts';
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { WindowShape } from './window.ts';

/** What one message adds to a count. */
export type Counted = 'messages' | 'recipients' | 'external' | 'external-from-onmicrosoft';
export type WindowName = 'minute' | 'ten-minutes' | 'hour' | 'day';

/** A day in steps of 5 minutes, a minute in seconds: 61 to 289 numbers for each count. */
export const windows: Readonly<Record<WindowName, WindowShape>> = {
  minute: { bucketMs: 1_000, buckets: 60 },
  'ten-minutes': { bucketMs: 10_000, buckets: 60 },
  hour: { bucketMs: 60_000, buckets: 60 },
  day: { bucketMs: 300_000, buckets: 288 },
};

/** What the other side counts by; `resource`: of Azure Communication Services. */
export type QuotaScope = 'mailbox' | 'application' | 'tenant' | 'resource';

export interface Quota {
  readonly scope: QuotaScope;
  /** Whose it is, in words: connectors with the same owner share the count. */
  readonly owner: string;
  readonly window: WindowName;
  readonly counts: Counted;
  /** `Infinity`: there is one, and nobody here knows it; the other side says when it is reached. */
  readonly limit: number;
}

/** Quotas with the same key are one count, whatever limit each connector sets to it. */
export function quotaKey({ owner, window, counts }: Quota): string {
  return `${owner} ${counts} ${window}`;
}

/** For people: `recipients a day of mailbox relay@contoso.com`. */
export function quotaTitle({ owner, window, counts }: Quota): string {
  const what = {
    messages: 'messages',
    recipients: 'recipients',
    external: 'external recipients',
    'external-from-onmicrosoft': 'external recipients from onmicrosoft.com senders',
  }[counts];
  const span = { minute: 'a minute', 'ten-minutes': 'in 10 minutes', hour: 'an hour', day: 'in 24 hours' };
  return `${what} ${span[window]} of ${owner}`;
}

/** None for High Volume Email, which has no limit of rate and is not counted by the tenant, nor for routes elsewhere. */
export function quotasOf(config: ConnectorConfig): readonly Quota[] {
  const { route } = config;
  switch (route.type) {
    case 'exchange-online':
      return tenantQuotas(config);
    case 'graph': {
      const requests = graphLimits.requestsPerTenMinutes.value;
      const owner = `application ${route.credential.clientId ?? 'of the managed identity'} with ${mailboxOf(route.mailbox, config)}`;
      return [
        ...mailboxQuotas(mailboxOf(route.mailbox, config), config),
        { scope: 'application', owner, window: 'ten-minutes', counts: 'messages', limit: requests },
        ...tenantQuotas(config),
      ];
    }
    case 'smtp-submission': {
      const { credential, mailbox } = route;
      const login = credential.type === 'password' ? credential.username : (credential.clientId ?? '');
      if (route.service === 'high-volume-email') return [];
      if (route.service === 'azure-communication-services') return resourceQuotas(mailbox ?? login, config);
      return [...mailboxQuotas(mailboxOf(mailbox ?? login, config), config), ...tenantQuotas(config)];
    }
    case 'smart-host':
    case 'mx':
      return [];
    default:
      return route satisfies never;
  }
}

/** Named together with its tenant where there are several: what one tenant uses is nothing to another. */
function mailboxOf(address: string, config: ConnectorConfig): string {
  return `mailbox ${address.toLowerCase()}${ofTenant(config)}`;
}

function ofTenant({ tenant }: ConnectorConfig): string {
  return tenant?.name === undefined ? '' : ` of tenant ${tenant.name}`;
}

function mailboxQuotas(owner: string, { limits }: ConnectorConfig): readonly Quota[] {
  const perDay = limits.recipientsPerDay ?? submissionLimits.recipientsPerDay.value;
  return [
    {
      scope: 'mailbox',
      owner,
      window: 'minute',
      counts: 'messages',
      limit: limits.messagesPerMinute ?? submissionLimits.messagesPerMinute.value,
    },
    { scope: 'mailbox', owner, window: 'day', counts: 'recipients', limit: perDay },
  ];
}

/** Without the number of licences nobody can say what the tenant may send until Microsoft 365 says so. */
function tenantQuotas({ tenant, limits }: ConnectorConfig): readonly Quota[] {
  const owner = `tenant ${tenant?.name ?? tenant?.domain ?? 'without a name'}`;
  const licensed =
    tenant?.licences === undefined ? undefined : tenantExternalRecipientsPerDay(tenant.licences);
  const perDay = limits.externalRecipientsPerDay ?? licensed;
  const first = tenantLimits.onmicrosoftExternalRecipientsPerDay.value;
  return [
    { scope: 'tenant', owner, window: 'day', counts: 'external', limit: perDay ?? Infinity },
    { scope: 'tenant', owner, window: 'day', counts: 'external-from-onmicrosoft', limit: first },
  ];
}

function resourceQuotas(user: string, config: ConnectorConfig): readonly Quota[] {
  const owner = `Azure Communication Services user ${user}${ofTenant(config)}`;
  const { limits } = config;
  const { messagesPerMinute, messagesPerHour } = communicationServicesLimits;
  return [
    {
      scope: 'resource',
      owner,
      window: 'minute',
      counts: 'messages',
      limit: limits.messagesPerMinute ?? messagesPerMinute.value,
    },
    { scope: 'resource', owner, window: 'hour', counts: 'messages', limit: messagesPerHour.value },
    ...(limits.recipientsPerDay === undefined
      ? []
      : [
          {
            scope: 'resource',
            owner,
            window: 'day',
            counts: 'recipients',
            limit: limits.recipientsPerDay,
          } as const,
        ]),
  ];
}

/** Dates of Microsoft 365 that touch a connector of this policy. Pure. */
import type { Change, Route } from '../../microsoft365/calendar.ts';
import { changesAhead } from '../../microsoft365/calendar.ts';
import type { Instant } from '../platform/clock.ts';
import { formatInstant, instant } from '../platform/clock.ts';
import type { ConnectorRule, Policy } from '../policy/policy.ts';
import type { AgeingItem } from './item.ts';

/** What of a change has to be true of a connector beside its route, by what the change is about. */
const conditions: readonly {
  readonly about: RegExp;
  readonly holds: (rule: ConnectorRule) => boolean;
  readonly breaks: string;
  readonly todo: (name: string) => string;
}[] = [
  {
    about: /with a password|SMTP AUTH/i,
    holds: usesPassword,
    breaks: 'The login with a password is refused: mail of the connector waits, and expires in the end.',
    todo: (name) =>
      `Let the connector ${name} sign in by OAuth ("credential.type: oauth"), or send by Microsoft Graph or with a certificate instead.`,
  },
  {
    about: /client authentication|certificates are for servers only/i,
    holds: usesCertificate,
    breaks:
      'The next renewal of a certificate of a public CA may no longer be valid for client authentication, and Microsoft 365 then does not know the relay by it.',
    todo: (name) =>
      `Before the certificate of the connector ${name} is renewed, ask the CA whether it still issues for client authentication, or let Microsoft 365 know the relay by its public address.`,
  },
  {
    about: /MX hosts?/i,
    holds: ({ config: { route } }) => route.type === 'exchange-online' || route.type === 'mx',
    breaks:
      'A newly added accepted domain has another MX host; mail to a host that was written down goes to the old one.',
    todo: (name) =>
      `After a domain was added to the tenant, compare "host" of the connector ${name} with the MX record of the domain in the admin center.`,
  },
];

export function itemsOfMicrosoft365(policy: Policy, now: Instant): AgeingItem[] {
  const today = formatInstant(now).slice(0, 10);
  const rules = [...policy.connectors.values()];
  return changesAhead(today).flatMap((change) => {
    const condition = conditions.find(({ about }) => about.test(change.what));
    const touched = rules.filter(
      (rule) => change.concerns.some((route) => goesBy(rule, route)) && (condition?.holds(rule) ?? true),
    );
    return touched.map((rule) => itemOf(change, condition, rule));
  });
}

function itemOf(
  change: Change,
  condition: (typeof conditions)[number] | undefined,
  { name, config: { owner } }: ConnectorRule,
): AgeingItem {
  return {
    kind: 'microsoft-365',
    name: `${change.from} ${name}`,
    connector: name,
    title: change.what.replace(/\.$/, ''),
    at: instant(Date.parse(change.until ?? change.from)),
    precision: change.precision,
    ...(owner === undefined ? {} : { owner }),
    breaks: condition?.breaks ?? `What the connector ${name} does may be limited or refused from then on.`,
    todo: condition?.todo(name) ?? `Read the announcement, and try the connector ${name} before that day.`,
    certainty: change.mark,
    reference: change.source,
  };
}

function goesBy({ config: { route } }: ConnectorRule, wanted: Route): boolean {
  switch (wanted) {
    case 'exchange-online':
      return route.type === 'exchange-online' || isMicrosoftHost(route);
    case 'direct-send':
      return route.type === 'mx';
    case 'smtp-submission':
      return route.type === 'smtp-submission' && route.service === 'exchange-online';
    case 'high-volume-email':
      return route.type === 'smtp-submission' && route.service === 'high-volume-email';
    case 'graph':
      return route.type === 'graph';
    default:
      return wanted satisfies never;
  }
}

/** A smart host that is an MX host of Microsoft 365 under another name of route. */
function isMicrosoftHost(route: ConnectorRule['config']['route']): boolean {
  return (
    route.type === 'smart-host' &&
    route.hosts.some((host) =>
      /\.mail\.protection\.outlook\.com(?::\d+)?$|\.mx\.microsoft(?::\d+)?$/i.test(host),
    )
  );
}

function usesPassword({ config: { route } }: ConnectorRule): boolean {
  return 'credential' in route && route.credential.type === 'password';
}

function usesCertificate({ config }: ConnectorRule): boolean {
  const { route } = config;
  return config.certificate !== undefined || ('certificate' in route && route.certificate !== undefined);
}

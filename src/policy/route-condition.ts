/** Whether a message may use a connector (its conditions), and whether its route could take it at all (its limits). Pure. */
import type { ConnectorConfig } from '../config/policy-schema.ts';
import type { ReversePath } from '../protocol/address.ts';
import { compileAddressPatterns } from './address-pattern.ts';
import type { AddressMatcher, ConnectorRule, PassedOver, RouteLimit, RouteQuestion } from './policy.ts';

/** How a connector's `senders` names the null reverse-path. */
export const nullSenderPattern = '<>';

export interface RouteConditions {
  unmet(question: RouteQuestion): PassedOver | undefined;
  limit(question: RouteQuestion): RouteLimit | undefined;
}

type TenantOf = (domainKey: string) => string | undefined;
type Unmet = Omit<PassedOver, 'connector'> | undefined;
type Condition = (question: RouteQuestion) => Unmet;
type Limit = (question: RouteQuestion) => Omit<RouteLimit, 'connector'> | undefined;

/** `tenantOf`: whose accepted domain it is, where there are several tenants. */
export function compileConditions({ name, config }: ConnectorRule, tenantOf: TenantOf): RouteConditions {
  const conditions = [
    ...sourceCondition(config),
    ...senderConditions(config, tenantOf),
    ...recipientCondition(config),
    ...sizeConditions(config),
  ];
  const limits = limitsOf(config);
  return {
    unmet: (question) => first(name, conditions, question),
    limit: (question) => first(name, limits, question),
  };
}

function first<Reason extends object>(
  connector: string,
  checks: readonly ((question: RouteQuestion) => Reason | undefined)[],
  question: RouteQuestion,
): (Reason & { readonly connector: string }) | undefined {
  for (const check of checks) {
    const found = check(question);
    if (found) return { connector, ...found };
  }
  return undefined;
}

function sourceCondition(config: ConnectorConfig): Condition[] {
  if (config.sources.includes('*')) return [];
  const sources = new Set(config.sources);
  return [
    ({ source }) => {
      if (source !== undefined && sources.has(source)) return undefined;
      return {
        code: 'source',
        reason: `its "sources" do not name ${source ?? 'the relay itself, from which this mail is'}`,
      };
    },
  ];
}

function senderConditions(config: ConnectorConfig, tenantOf: TenantOf): Condition[] {
  const { matcher: senders } = compileAddressPatterns(
    config.senders.filter((pattern) => pattern !== nullSenderPattern),
  );
  // `*` is every sender, the null one too; narrower patterns name it apart.
  const nullSender = config.senders.includes('*') || config.senders.includes(nullSenderPattern);
  const isOpen = ({ sender }: RouteQuestion): boolean =>
    sender === null ? nullSender : senders.match(sender) !== undefined;
  const permitted: Condition = (question) =>
    isOpen(question)
      ? undefined
      : { code: 'sender', reason: `its "senders" do not hold ${senderText(question.sender)}` };
  const tenant = config.tenant?.name;
  return tenant === undefined ? [permitted] : [permitted, ownTenant(tenant, senders, tenantOf)];
}

/** Mail of one tenant leaves through another only where somebody has written so: `*` does not say it. */
function ownTenant(tenant: string, senders: AddressMatcher, tenantOf: TenantOf): Condition {
  return ({ sender }) => {
    if (sender === null) return undefined;
    const other = tenantOf(sender.domainKey);
    if (other === undefined || other === tenant || senders.match(sender) !== '*') return undefined;
    return {
      code: 'tenant',
      reason: `it sends for the tenant ${tenant}, and ${sender.text} is of ${other}; where that is meant, name "*@${sender.domain}" in its "senders"`,
    };
  };
}

function recipientCondition({ recipients, tenant }: ConnectorConfig): Condition[] {
  if (recipients === 'any') return [];
  const accepted = new Set(tenant?.acceptedDomains);
  const whose = tenant?.name ?? tenant?.domain ?? 'no tenant';
  return [
    ({ recipient }) => {
      const isInternal = accepted.has(recipient.domainKey);
      if (isInternal === (recipients === 'internal')) return undefined;
      const is = isInternal ? 'is an accepted domain' : 'is no accepted domain';
      return {
        code: 'recipients',
        reason: `it takes ${recipients} recipients only, and ${recipient.domain} ${is} of ${whose}`,
      };
    },
  ];
}

function sizeConditions({ messageBytes }: ConnectorConfig): Condition[] {
  if (!messageBytes) return [];
  const { atLeast = 0, atMost = Infinity } = messageBytes;
  return [
    ({ bytes }) => {
      if (bytes === undefined || (bytes >= atLeast && bytes <= atMost)) return undefined;
      const bound = bytes < atLeast ? `at least ${atLeast}` : `at most ${atMost}`;
      return {
        code: 'message-bytes',
        reason: `it takes messages of ${bound} octets ("messageBytes"), and this one has ${bytes}`,
      };
    },
  ];
}

function limitsOf(config: ConnectorConfig): Limit[] {
  const { route, limits } = config;
  const found: Limit[] = [];
  if (route.type === 'graph' && route.largeMessages === 'draft')
    found.push(sizeLimit(Math.max(route.draftBytes, limits.messageBytes ?? 0), 'route.draftBytes'));
  else if (limits.messageBytes !== undefined)
    found.push(sizeLimit(limits.messageBytes, 'limits.messageBytes'));
  if (route.type === 'smtp-submission' && route.service === 'high-volume-email')
    found.push(internalOnly(config));
  if (route.type === 'exchange-online' && route.certificate === undefined) found.push(namedSender(config));
  return found;
}

function sizeLimit(most: number, key: string): Limit {
  return ({ bytes }) => {
    if (bytes === undefined || bytes <= most) return undefined;
    return {
      code: 'message-too-large',
      reason: `the message has ${bytes} octets, and it takes ${most} (${key})`,
      permanence: 'permanent',
      status: '5.3.4',
    };
  };
}

// "Manage high volume emails for Microsoft 365", Microsoft Learn: to recipients of the tenant only.
function internalOnly({ tenant }: ConnectorConfig): Limit {
  const accepted = new Set(tenant?.acceptedDomains);
  return ({ recipient }) => {
    if (accepted.has(recipient.domainKey)) return undefined;
    return {
      code: 'external-recipient',
      reason: `High Volume Email sends to accepted domains of its tenant only (${[...accepted].join(', ')}), and ${recipient.text} is outside`,
      permanence: 'permanent',
      status: '5.7.1',
    };
  };
}

// "Important notice for Office 365 email customers who have configured connectors", Microsoft: it is about relaying. To
// an accepted domain nothing is relayed: Exchange Online takes mail for it from anybody.
function namedSender({ tenant }: ConnectorConfig): Limit {
  const accepted = new Set(tenant?.acceptedDomains);
  return ({ sender, recipient }) => {
    if (sender !== null || accepted.has(recipient.domainKey)) return undefined;
    return unnamed;
  };
}

const unnamed: ReturnType<Limit> = {
  code: 'null-sender-needs-certificate',
  reason:
    'mail with the null sender <> has no sender domain by which Exchange Online could know the tenant, so a connector by public address may not send it outside the tenant; give this connector a client certificate (route.certificate), or name a fallback that takes such mail',
  permanence: 'transient',
  status: '4.7.0',
};

function senderText(sender: ReversePath): string {
  return sender === null ? 'the null sender <>' : sender.text;
}

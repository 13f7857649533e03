/** A policy in plain lines, for commands and logs: who may send, and how mail leaves. Shows no hash and no password. */
import { fallbacksOf } from '../config/connector-schema.ts';
import type { ConnectorConfig, RouteConfig } from '../config/policy-schema.ts';
import { lastDay } from './validity.ts';
import type { ConnectorRule, Policy, Source } from './policy.ts';
import { listed } from './verdict-text.ts';

/** One line for each source and connector, in the order of the document. */
export function describePolicy(policy: Policy): readonly string[] {
  return [
    ...Array.from(policy.sources.values(), describeSource),
    ...Array.from(policy.connectors.values(), describeConnector),
  ];
}

/** `warehouse-printer: from 10.20.0.0/28; as scanner@contoso.com; to *`. */
export function describeSource(source: Source): string {
  const { config } = source;
  const parts = [
    evidence(source),
    `as ${listed(config.senders)}${config.nullSender ? ' and the null sender' : ''}`,
    `to ${listed(config.recipients)}`,
    ...(config.requireTls ? ['over TLS only'] : []),
    ...(config.repair.length > 0 ? [`repairs ${config.repair.join(', ')}`] : []),
    ...(config.rewrite ? ['with rewrites'] : []),
    ...(source.expiresAt === undefined ? [] : [`until ${lastDay(source.expiresAt)}`]),
  ];
  return `${source.name}: ${parts.join('; ')}`;
}

/** `microsoft-365: mail for * to mail.example.net:25; TLS required; then backup`. */
export function describeConnector({ name, config }: ConnectorRule): string {
  const spaces = config.addressSpaces.map(({ pattern }) => pattern);
  const target = targetOf(config.route);
  const scope = config.sources.includes('*') ? '' : ` of ${listed(config.sources)}`;
  const parts = [
    `mail${scope} for ${listed(spaces)} to ${target}`,
    `TLS ${config.tls}`,
    ...(config.recipients === 'any' ? [] : [`${config.recipients} recipients only`]),
    ...sizes(config),
    ...(config.tenant?.name === undefined ? [] : [`tenant ${config.tenant.name}`]),
    ...(config.fallback === undefined ? [] : [`then ${fallbacksOf(config).join(', ')}`]),
    ...(config.suspended ? ['suspended'] : []),
  ];
  return `${name}: ${parts.join('; ')}`;
}

function sizes({ messageBytes = {} }: ConnectorConfig): string[] {
  const { atLeast, atMost } = messageBytes;
  return [
    ...(atLeast === undefined ? [] : [`from ${atLeast} octets on`]),
    ...(atMost === undefined ? [] : [`up to ${atMost} octets`]),
  ];
}

function targetOf(route: RouteConfig): string {
  switch (route.type) {
    case 'exchange-online':
      return `${route.host ?? 'the MX hosts of the tenant'}${route.certificate === undefined ? '' : ', by certificate'}`;
    case 'smtp-submission':
      return `${route.host ?? route.service} as ${route.mailbox ?? 'its account'}`;
    case 'graph':
      return `${route.endpoint ?? 'Microsoft Graph'} as ${route.mailbox}`;
    case 'smart-host':
      return route.hosts.join(', ');
    case 'mx':
      return 'the hosts in DNS';
    default:
      return route satisfies never;
  }
}

function evidence({ config }: Source): string {
  const ranges = config.networks.map((entry) => (typeof entry === 'string' ? entry : entry.range));
  const known = [
    ...(ranges.length > 0 ? [`from ${listed(ranges)}`] : []),
    ...(config.login ? [`by login ${config.login.username}`] : []),
    ...(config.certificate ? ['by certificate'] : []),
  ];
  if (!config.require) return known.join(' or ');
  return `${known.join(', ')} (${config.require.join(' and ')} needed)`;
}

/** Where the rule that decided stands in the policy, as findings name places: `sources[0].senders[1]`. Pure. */
import type { Policy, Source } from '../policy/policy.ts';
import type { Mailbox } from '../protocol/address.ts';

const keys = new Map<string, string>([
  ['sender-not-permitted', 'senders'],
  ['null-sender-permitted', 'nullSender'],
  ['null-sender-not-permitted', 'nullSender'],
  ['recipient-not-permitted', 'recipients'],
  ['header-from-not-permitted', 'senders'],
  ['header-from-any', 'headerFrom'],
  ['header-from-rewritten', 'rewrite.from'],
  ['header-from-repaired', 'repair'],
  ['tls-required', 'requireTls'],
  ['network-required', 'require'],
  ['login-required', 'require'],
  ['certificate-required', 'require'],
  ['size', 'limits.messageBytes'],
  ['recipients', 'limits.recipientsPerMessage'],
  ['messages-per-minute', 'limits.messagesPerMinute'],
  ['messages-per-day', 'limits.messagesPerDay'],
  ['source-connections', 'limits.connections'],
  ['rewrite', 'rewrite'],
  ['repair', 'repair'],
  ['expires', 'expires'],
  ['spf', 'spf'],
]);

/** `address`: what a pattern was held against. */
export function placeOf(
  policy: Policy,
  source: Source | undefined,
  rule: string,
  address?: Mailbox,
): string | undefined {
  if (!source) return undefined;
  const index = indexOf(policy, source.name);
  if (index === undefined) return undefined;
  const key = patternKey(source, rule, address) ?? evidenceKey(source, rule) ?? presentKey(source, rule);
  return key === undefined ? `sources[${index}]` : `sources[${index}].${key}`;
}

/** A policy may have tens of thousands of sources, and a replay asks for the place of each rule. */
const indexes = new WeakMap<Policy, ReadonlyMap<string, number>>();

function indexOf(policy: Policy, name: string): number | undefined {
  let index = indexes.get(policy);
  if (!index) {
    index = new Map(Array.from(policy.sources.keys(), (key, at) => [key, at]));
    indexes.set(policy, index);
  }
  return index.get(name);
}

function patternKey(source: Source, rule: string, address: Mailbox | undefined): string | undefined {
  if (!address) return undefined;
  const [key, matcher] =
    rule === 'sender-permitted' || rule === 'header-from-permitted'
      ? (['senders', source.senders] as const)
      : rule === 'recipient-permitted'
        ? (['recipients', source.recipients] as const)
        : [undefined, undefined];
  const pattern = matcher?.match(address);
  if (key === undefined || pattern === undefined) return undefined;
  return `${key}[${source.config[key].indexOf(pattern)}]`;
}

/** `network 10.20.0.0/28`, `login erp`, `certificate CN=…`: what a source was known by. */
function evidenceKey({ config }: Source, rule: string): string | undefined {
  const [kind, ...rest] = rule.split(' ');
  if (rest.length === 0) return undefined;
  if (kind === 'login' || kind === 'certificate') return kind;
  if (kind !== 'network') return undefined;
  const index = config.networks.findIndex(
    (one) => (typeof one === 'string' ? one : one.range) === rest.join(' '),
  );
  return index < 0 ? 'networks' : `networks[${index}]`;
}

/** A limit that the source does not set is the listener's: then the place is the source itself. */
function presentKey({ config }: Source, rule: string): string | undefined {
  const key = keys.get(rule);
  if (key === undefined) return undefined;
  const [first = '', second] = key.split('.');
  const value = (config as unknown as Record<string, unknown>)[first];
  const inner = second === undefined ? value : (value as Record<string, unknown> | undefined)?.[second];
  return inner === undefined ? undefined : key;
}

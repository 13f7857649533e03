/** A source of the policy as the API shows it, with its age and what was seen of it. Pure. */
import type { SourceQuery, SourceView } from '../../../contract/schemas.ts';
import type { Instant } from '../../platform/clock.ts';
import { formatInstant } from '../../platform/clock.ts';
import { ageState } from '../../policy/ageing.ts';
import type { Ends, Policy, Source } from '../../policy/policy.ts';
import { endOf } from '../../policy/ageing.ts';
import { present } from '../views.ts';
import type { Seen } from './seen.ts';

const dayMs = 86_400_000;
/** Days without a sign of it after which a source is called silent. */
const silentDays = 30;

export function sourceView(source: Source, policy: Policy, seen: Seen | undefined, now: Instant): SourceView {
  const { config } = source;
  const today = formatInstant(now).slice(0, 10);
  const firmwareDue = config.firmware?.due !== undefined && config.firmware.due <= today;
  return {
    ...present({
      description: config.description,
      owner: config.owner,
      purpose: config.purpose,
      contact: config.contact,
      location: config.location,
      model: config.model,
      firmware: config.firmware && present(config.firmware),
      review: config.review,
      reviewed: config.reviewed,
      login: config.login?.username,
      require: config.require,
      listeners: config.listeners,
      expires: config.expires,
    }),
    name: source.name,
    firmwareDue,
    reviewDue: config.review !== undefined && config.review <= today,
    tags: config.tags ?? [],
    networks: config.networks.map((written) => {
      const entry = typeof written === 'string' ? { range: written } : written;
      return {
        range: entry.range,
        ...present({ expires: entry.expires, note: entry.note, owner: entry.owner }),
        ...ageOf(endOf(entry.expires, policy.ageing).ends, policy, now),
      };
    }),
    certificate: config.certificate !== undefined,
    requireTls: config.requireTls,
    senders: config.senders,
    nullSender: config.nullSender,
    recipients: config.recipients,
    priority: config.priority,
    repair: config.repair,
    quirks: config.quirks,
    ...ageOf(source.ends, policy, now),
    seen: seenView(seen),
    silent: isSilent(seen, silentDays, now),
  };
}

function ageOf(ends: Ends | undefined, policy: Policy, now: Instant) {
  return {
    age: ageState(ends, policy.ageing, now),
    ...(ends && { endsAt: formatInstant(ends.at), refusedAt: formatInstant(ends.refusedFrom) }),
  };
}

function seenView(seen: Seen | undefined): SourceView['seen'] {
  if (!seen) return {};
  return {
    lastSeenAt: formatInstant(seen.lastAt),
    messagesDay: seen.messagesDay,
    messagesMonth: seen.messagesMonth,
    unencrypted: seen.unencrypted,
    tlsVersions: [...seen.tlsVersions],
    addresses: [...seen.addresses],
  };
}

function isSilent(seen: Seen | undefined, days: number, now: Instant): boolean {
  return !seen || now - seen.lastAt >= days * dayMs;
}

/** Whether a source belongs into the list that was asked for. */
export function fits(view: SourceView, query: SourceQuery, now: Instant): boolean {
  const { text, tag, silentDays: days, expiresWithin } = query;
  if (text !== undefined && !textOf(view).includes(text.toLowerCase())) return false;
  if (tag !== undefined && !view.tags.includes(tag)) return false;
  if (days !== undefined) {
    const last = view.seen.lastSeenAt;
    if (last !== undefined && now - Date.parse(last) < days * dayMs) return false;
  }
  if (query.reviewDue !== undefined && (view.reviewDue || view.firmwareDue) !== query.reviewDue) return false;
  if (query.firmwareDue !== undefined && view.firmwareDue !== query.firmwareDue) return false;
  if (query.unencrypted !== undefined && (view.seen.unencrypted ?? false) !== query.unencrypted) return false;
  if (expiresWithin === undefined) return true;
  return [view, ...view.networks].some(
    ({ endsAt }) => endsAt !== undefined && Date.parse(endsAt) - now <= expiresWithin * dayMs,
  );
}

function textOf(view: SourceView): string {
  return [
    view.name,
    view.description,
    view.owner,
    view.purpose,
    view.contact,
    view.location,
    view.model,
    view.firmware?.version,
    view.login,
    ...view.tags,
    ...view.networks.flatMap(({ range, note }) => [range, note]),
    ...view.senders,
    ...view.recipients,
    ...(view.seen.addresses ?? []),
  ]
    .join('\n')
    .toLowerCase();
}

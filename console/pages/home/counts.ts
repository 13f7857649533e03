/** What the relay counts of its mail, in the order in which it is shown. */
export const countNames = ['accepted', 'relayed', 'deferred', 'refused', 'failed'] as const;

export type Count = (typeof countNames)[number];

export const countTitles: Readonly<Record<Count, string>> = {
  accepted: 'Accepted',
  relayed: 'Relayed',
  deferred: 'Deferred',
  refused: 'Refused',
  failed: 'Failed',
};

type Behind = { readonly to?: string; readonly search?: Readonly<Record<string, string>> };

/** Filters of the messages that a count is of. */
const messagesOf = {
  accepted: { origin: 'client' },
  relayed: { status: 'delivered' },
  failed: { status: 'undelivered' },
} as const;

/** Where the list is that a count of that time is of; nowhere for who may not see it. */
export function listBehind(name: Count, last: 'hour' | 'day' | 'month', mayTrace: boolean): Behind {
  if (name === 'deferred') return { to: '/queue' };
  if (!mayTrace) return {};
  if (name === 'refused') return { to: '/refusals', search: { last } };
  return { to: '/messages', search: { last, ...messagesOf[name] } };
}

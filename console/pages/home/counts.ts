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

/** What an unknown sender tried, as the book of unknown senders has it. Pure. */
import type { StrangerBook, Trial as Kept } from '../../observe/traffic/strangers.ts';

export interface Trial extends Readonly<Kept> {
  /** Name that it gave itself last. */
  readonly helo?: string;
}

/** Different attempts, the newest first; of IPv6 those of its /64. */
export function trialsOf(book: Pick<StrangerBook, 'get'>, address: string): readonly Trial[] {
  const group = book.get(address);
  if (!group) return [];
  const helo = group.helos.at(-1);
  return group.trials
    .filter(({ recipient }) => recipient !== '')
    .map((trial) => ({
      ...trial,
      sender: trial.sender.replace(/^<>$/, ''),
      ...(helo !== undefined && { helo }),
    }))
    .toReversed();
}

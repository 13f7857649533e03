/** The value of `--until`. */
import { endOfValidity } from '../config/units.ts';
import { CommandFailure, exitCodes } from './failure.ts';

/** A date counts through the end of its day, UTC. Throws what is wrong with the text. */
export function endOf(text: string): ReturnType<typeof endOfValidity> {
  if (!Number.isNaN(Date.parse(text))) return endOfValidity(text);
  throw new CommandFailure(
    exitCodes.other,
    `--until: "${text}" is no date such as 2027-06-30 and no time such as 2027-06-30T12:00:00Z`,
  );
}

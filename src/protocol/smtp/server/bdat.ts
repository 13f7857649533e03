/** BDAT: RFC 3030 2. */
import { argumentFault, faulty, type Parsed, parsed } from './fault.ts';

export interface BdatCommand {
  readonly bytes: number;
  readonly last: boolean;
}

/** Reads `n` or `n LAST`. A fault is fatal: nobody knows how many octets follow that are not commands. */
export function parseBdat(argument: string): Parsed<BdatCommand> {
  const match = /^(\d{1,15})(?: +(LAST))?$/i.exec(argument);
  if (match === null) {
    return faulty({ ...argumentFault('BDAT needs a number of octets, then LAST or nothing'), fatal: true });
  }
  return parsed({ bytes: Number(match[1]), last: match[2] !== undefined });
}

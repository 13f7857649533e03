/** The options that narrow a list of messages, the same for every command that takes one. */
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { MessageFilter } from '../../contract/schemas.ts';

export interface FilterOptions {
  readonly sender?: string;
  readonly recipient?: string;
  readonly source?: string;
  readonly connector?: string;
  readonly client?: string;
  readonly waitingFor?: string;
  readonly inDoubt?: NonNullable<MessageFilter['inDoubt']>;
  readonly result?: NonNullable<MessageFilter['result']>;
  readonly origin?: NonNullable<MessageFilter['origin']>;
  readonly minSize?: number;
  readonly maxSize?: number;
  readonly from?: string;
  readonly before?: string;
}

export function withFilter(command: Command): Command {
  return command
    .option('--sender <terms>', 'envelope sender; * and ? are wildcards, commas separate alternatives')
    .option('--recipient <terms>', 'recipient')
    .option('--source <name>', 'of one source')
    .option('--connector <name>', 'that went to one connector, or was tried there')
    .option('--client <terms>', 'address of the client')
    .option('--waiting-for <code>', 'that waits for this, as "queue groups" names it')
    .addOption(
      new Option('--in-doubt <answer>', 'an attempt ended unknown: it may arrive twice').choices([
        'yes',
        'no',
      ]),
    )
    .addOption(
      new Option('--result <result>', 'what came of it').choices([
        'relayed',
        'failed',
        'expired',
        'mixed',
        'delivered',
        'undelivered',
      ]),
    )
    .addOption(new Option('--origin <origin>', 'who made it').choices(['client', 'relay']))
    .option('--min-size <octets>', 'at least so large', toOctets)
    .option('--max-size <octets>', 'at most so large', toOctets)
    .option('--from <time>', 'accepted at or after, such as 2026-11-23 or 2026-11-23T08:00', toMoment)
    .option('--before <time>', 'accepted before', toMoment);
}

/** As the API takes it. */
export function filterOf(options: FilterOptions, text: string | undefined): Partial<MessageFilter> {
  const {
    sender,
    recipient,
    source,
    connector,
    client,
    waitingFor,
    inDoubt,
    result,
    origin,
    minSize,
    maxSize,
    from,
    before,
  } = options;
  const given = {
    text,
    sender,
    recipient,
    source,
    connector,
    client,
    waitingFor,
    inDoubt,
    result,
    origin,
    bytesMin: minSize,
    bytesMax: maxSize,
    from,
    before,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function toOctets(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('a whole number of octets is needed.');
  return value;
}

/** Without a zone it is local time, as in all that commands print. */
function toMoment(text: string): string {
  const at = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text);
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('a time such as 2026-11-23T08:00 is needed.');
  return at.toISOString();
}

/** `relay365 microsoft365 trace`: joins message traces and returned messages to what the running relay handed over. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { bounceCharsMax, looksLikeMail } from '../diagnostics/explainer/bounce.ts';
import { decoded } from '../diagnostics/microsoft365/powershell-files.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { countOf, formatTime, write, writeJson, writeTable } from './output.ts';

/** Exits with 1 where something did not arrive. */
export async function arrivals(
  files: readonly string[],
  options: ConfigOption & { readonly json?: true },
): Promise<void> {
  const client = await connect(options);
  const read = await Promise.all(
    files.map(async (file) => ({ name: basename(file), text: textOf(decoded(await bytesOf(file))) })),
  );
  const table = await client.call('arrivals', { body: { files: read } });
  const { counts } = table;
  if (counts.notDelivered + counts.returned + counts.notSeen > 0) process.exitCode = exitCodes.other;
  if (options.json) {
    writeJson(table);
    return;
  }
  writeTable(
    table.arrivals,
    [
      { title: 'ARRIVED', value: ({ verdict }) => verdict },
      { title: 'RELAYED', value: ({ relayedAt }) => (relayedAt === undefined ? '' : formatTime(relayedAt)) },
      { title: 'EXCHANGE', value: ({ exchangeStatus = '' }) => exchangeStatus },
      { title: 'RECIPIENT', value: ({ recipient }) => recipient, widthMax: 40 },
      { title: 'ID', value: ({ id }) => id },
      { title: 'WHAT', value: ({ text }) => text, widthMax: 100 },
    ],
    'none of our messages is in these files',
  );
  write(
    `${counts.arrived} arrived, ${counts.onItsWay} on their way, ${counts.notDelivered} not delivered, ${counts.returned} returned, ${counts.notSeen} not seen by Exchange, ${counts.notHandedOver} still here; ${countOf(table.notOurs, 'message')} of the trace ${table.notOurs === 1 ? 'is' : 'are'} not ours`,
  );
  if (table.isCut) write('There was more than is shown: give a shorter time.');
}

/** The report stands before the message that came back (RFC 3462), which may be as long as any mail. */
function textOf(text: string): string {
  return looksLikeMail(text) ? text.slice(0, bounceCharsMax) : text;
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new CommandFailure(exitCodes.other, `${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

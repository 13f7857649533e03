/** Writes the envelope of a transaction, as far ahead of the answers as its pace allows. */
import { commandLine } from '../../protocol/smtp/client/command.ts';
import type { Pace } from '../../protocol/smtp/client/transaction.ts';
import type { Run } from './run.ts';
import type { Wire } from './wire.ts';

const reset = commandLine('RSET');
export const dataCommand = commandLine('DATA');

/** `withReset`: RSET goes first. Whether the whole content went along. */
export function writeEnvelope(wire: Wire, run: Run, pace: Pace, withReset: boolean): boolean {
  let text = (withReset ? reset : '') + run.plan.mail;
  if (pace !== 'lockstep') for (const line of run.lines) text += line;
  if (pace === 'data') text += dataCommand;
  if (pace !== 'ahead' || run.job.content.kind !== 'whole') {
    wire.send(text);
    return false;
  }
  wire.send(`${text}BDAT ${run.job.facts.bytes} LAST\r\n`);
  for (const chunk of run.job.content.chunks) wire.send(chunk);
  return true;
}

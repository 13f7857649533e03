/** `relay365 policy replay`: the last day's traffic against a draft. */
import { readFile } from 'node:fs/promises';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { countOf, write, writeJson } from './output.ts';

/** Exits with 1 where mail that came would be refused, held, or go another way. */
export async function replay(
  file: string,
  options: ConfigOption & { readonly hours: number; readonly json?: true },
): Promise<void> {
  const policy = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CommandFailure(exitCodes.other, `${file} cannot be read: ${error.message}`, { cause: error });
  });
  const client = await connect(options);
  const result = await client.call('replayPolicy', { body: { policy, hours: options.hours } });
  const { counts, differences, messages, refusals, leftOut, isCut } = result;
  const worse = (counts['now-refused'] ?? 0) + (counts['now-held'] ?? 0) + (counts['other-route'] ?? 0);
  if (worse > 0) process.exitCode = exitCodes.other;
  if (options.json) {
    writeJson(result);
    return;
  }
  for (const { kind, count, what, before, after, refs } of differences) {
    write(`${kind} (${count}): ${what.address} ${what.sender} -> ${what.recipient}  ${refs[0] ?? ''}`);
    write(`    now:   ${before.summary}`);
    write(`    draft: ${after.summary}`);
  }
  const said = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
  write(
    `${countOf(messages, 'message')} and ${countOf(refusals, 'refusal')} of the last ${options.hours} h: ${said.length === 0 ? 'no difference' : said.join(', ')}`,
  );
  if (leftOut > 0)
    write(
      `${countOf(leftOut, 'more', 'more')} left out: the envelope was rewritten, or RCPT was never reached`,
    );
  if (isCut) write('there was more than is judged at once; the newest were');
}

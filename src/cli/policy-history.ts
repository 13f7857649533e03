/** `relay365 policy diff|restore`. */
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { write, writeJson } from './output.ts';

interface Options extends ConfigOption {
  readonly json?: true;
}

export async function diff(from: string, to: string | undefined, options: Options): Promise<void> {
  const query = { from: revisionOf(from), ...(to !== undefined && { to: revisionOf(to) }) };
  const found = await (await connect(options)).call('policyDiff', { query });
  if (options.json) writeJson(found);
  else write(found.diff.length === 0 ? 'nothing differs' : found.diff.join('\n'));
}

export async function restore(revision: string, options: Options): Promise<void> {
  const params = { revision: revisionOf(revision) };
  const policy = await (await connect(options)).call('restorePolicy', { params });
  if (options.json) {
    writeJson(policy);
    return;
  }
  write(`policy revision ${policy.revision} is in force: it is revision ${revision} again`);
  for (const danger of policy.dangers) write(`DANGER: ${danger}`);
}

function revisionOf(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new CommandFailure(exitCodes.other, `"${text}" is no revision: write its number`);
}

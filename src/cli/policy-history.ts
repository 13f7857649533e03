/** `relay365 policy diff|revision|restore`. */
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import type { PolicyPreview } from '../../contract/schemas.ts';
import { confirm } from './confirm.ts';
import { answer, formatFindingView, formatTime, write, writeJson, writeLines } from './output.ts';

interface Options extends ConfigOption {
  readonly json?: true;
}

export async function diff(from: string, to: string | undefined, options: Options): Promise<void> {
  const query = { from: revisionOf(from), ...(to !== undefined && { to: revisionOf(to) }) };
  const found = await (await connect(options)).call('policyDiff', { query });
  if (options.json) writeJson(found);
  else write(found.diff.length === 0 ? 'nothing differs' : found.diff.join('\n'));
}

/** One revision as it was written, and what it changed. */
export async function revision(number: string, options: Options): Promise<void> {
  const params = { revision: revisionOf(number) };
  const found = await (await connect(options)).call('policyRevision', { params });
  answer(options, found, ({ at, author, diff: lines, yaml }) => {
    writeLines(`# revision ${found.revision} of ${formatTime(at)} by ${author}`);
    if (lines.length > 0) writeLines(lines.map((line) => `# ${line}`).join('\n'));
    writeLines(yaml.trimEnd());
  });
}

/** `dryRun`: only what it would change. */
export async function restore(
  number: string,
  options: Options & { readonly dryRun?: true; readonly yes?: true },
): Promise<void> {
  const client = await connect(options);
  const params = { revision: revisionOf(number) };
  if (options.dryRun) {
    const found = await client.call('previewRestore', { params });
    if (!found.valid) process.exitCode = exitCodes.configuration;
    answer(options, found, (one) => writePreview(one));
    return;
  }
  await confirm(options, { words: `put revision ${number} of the policy in force again`, about: 'named' });
  const policy = await client.call('restorePolicy', { params });
  answer(options, policy, () => {
    write(`policy revision ${policy.revision} is in force: it is revision ${number} again`);
    for (const danger of policy.dangers) write(`DANGER: ${danger}`);
  });
}

/** `file`: where findings have their place. */
export function writePreview(preview: PolicyPreview, file?: string): void {
  for (const finding of preview.findings) write(formatFindingView(finding, file));
  if (preview.diff.length > 0) writeLines(preview.diff.join('\n'));
  for (const noun of ['sources', 'connectors'] as const) {
    for (const what of ['added', 'removed', 'changed'] as const) {
      const names = preview[noun][what];
      if (names.length > 0) writeLines(`${noun} ${what}: ${names.join(', ')}`);
    }
  }
  for (const danger of preview.dangers.added) writeLines(`it would bring a DANGER: ${danger}`);
  for (const danger of preview.dangers.removed) writeLines(`it would end the danger: ${danger}`);
  if (!preview.valid) write('it has faults and would be refused');
  else if (preview.diff.length === 0) write('it would change nothing');
}

function revisionOf(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new CommandFailure(exitCodes.other, `"${text}" is no revision: write its number`);
}

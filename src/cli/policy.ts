/** `relay365 policy …`. */
import { readFile } from 'node:fs/promises';
import type { ConfigOption } from './client.ts';
import type { PolicyView } from '../../contract/schemas.ts';
import { connect } from './client.ts';
import { confirm } from './confirm.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { answer, formatFindingView, formatTime, write, writeJson, writeTable } from './output.ts';
import { writePreview } from './policy-history.ts';

export async function show(options: ConfigOption & { readonly json?: true }): Promise<void> {
  const policy = await (await connect(options)).call('policy');
  if (options.json) {
    writeJson(policy);
    return;
  }
  const { stringify } = await import('yaml');
  write(
    `# revision ${policy.revision}, kept in ${policy.file ?? (policy.managed === 'store' ? 'the store' : 'relay365.yaml')}`,
  );
  for (const danger of policy.dangers) write(`# DANGER: ${danger}`);
  write(stringify(policy.document).trimEnd());
}

export async function check(file: string, options: ConfigOption & { readonly json?: true }): Promise<void> {
  const text = await read(file);
  const { valid, findings } = await (await connect(options)).call('validatePolicy', { body: { text } });
  if (options.json) writeJson({ valid, findings });
  else {
    for (const finding of findings) write(formatFindingView(finding, file));
    write(valid ? `${file} is a valid policy` : `${file} has faults`);
  }
  if (!valid) process.exitCode = exitCodes.configuration;
}

export async function reload(options: ConfigOption & { readonly json?: true }): Promise<void> {
  tell(await (await connect(options)).call('reloadPolicy'), options);
}

export async function set(
  file: string,
  options: ConfigOption & { readonly yes?: true; readonly json?: true },
): Promise<void> {
  const text = await read(file);
  await confirm(options, { words: `put ${file} in force in place of the whole policy`, about: 'named' });
  tell(await (await connect(options)).call('putPolicy', { body: { text } }), options);
}

function tell(policy: PolicyView, options: { readonly json?: true }): void {
  answer(options, policy, ({ revision, dangers }) => {
    write(`policy revision ${revision} is in force`);
    for (const danger of dangers) write(`DANGER: ${danger}`);
  });
}

/** Exits with 2 where it has faults. */
export async function preview(file: string, options: ConfigOption & { readonly json?: true }): Promise<void> {
  const text = await read(file);
  const found = await (await connect(options)).call('previewPolicy', { body: { text } });
  if (!found.valid) process.exitCode = exitCodes.configuration;
  answer(options, found, (one) => writePreview(one, file));
}

export async function revisions(options: ConfigOption & { readonly json?: true }): Promise<void> {
  const page = await (await connect(options)).call('policyRevisions');
  if (options.json) {
    writeJson(page);
    return;
  }
  writeTable(
    page.items,
    [
      { title: 'revision', value: ({ revision }) => String(revision) },
      { title: 'at', value: ({ at }) => formatTime(at) },
      { title: 'author', value: ({ author }) => author },
      { title: 'lines', value: ({ added, removed }) => `+${added} -${removed}` },
    ],
    'no revision yet',
  );
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(exitCodes.configuration, `${file} cannot be read: ${error.message}`, {
      cause: error,
    });
  });
}

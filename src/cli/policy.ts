/** `relay365 policy …`. */
import { readFile } from 'node:fs/promises';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { formatFindingView, formatTime, write, writeJson, writeTable } from './output.ts';

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

export async function reload(options: ConfigOption): Promise<void> {
  const policy = await (await connect(options)).call('reloadPolicy');
  write(`policy revision ${policy.revision} is in force`);
  for (const danger of policy.dangers) write(`DANGER: ${danger}`);
}

export async function set(file: string, options: ConfigOption): Promise<void> {
  const policy = await (await connect(options)).call('putPolicy', { body: { text: await read(file) } });
  write(`policy revision ${policy.revision} is in force`);
  for (const danger of policy.dangers) write(`DANGER: ${danger}`);
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

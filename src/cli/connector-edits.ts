/** `relay365 connector add|set|remove`. */
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { readEntry } from './entry-file.ts';
import { formatFindingView, write, writeJson } from './output.ts';

interface Options extends ConfigOption {
  readonly json?: true;
}

export async function add(options: Options & { readonly file: string }): Promise<void> {
  const document = await readEntry(options.file);
  const added = await (await connect(options)).call('addConnector', { body: { document } });
  if (options.json) writeJson(added);
  else said(`${document.name} is added`, added);
}

export async function set(name: string, options: Options & { readonly file: string }): Promise<void> {
  const document = await readEntry(options.file);
  const client = await connect(options);
  const changed = await client.call('putConnector', { params: { name }, body: { document } });
  if (options.json) writeJson(changed);
  else said(`${document.name} is changed`, changed);
}

export async function remove(name: string, options: Options): Promise<void> {
  const removed = await (await connect(options)).call('removeConnector', { params: { name } });
  if (options.json) writeJson(removed);
  else said(`${name} is removed`, removed);
}

function said(
  words: string,
  about: { readonly revision: number; readonly findings: Parameters<typeof formatFindingView>[0][] },
): void {
  write(`${words}; policy revision ${about.revision} is in force`);
  for (const finding of about.findings) write(formatFindingView(finding));
}

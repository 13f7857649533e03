/** `relay365 connector add|set|clone|remove`. */
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { confirm } from './confirm.ts';
import { readEntry } from './entry-file.ts';
import { countOf, formatFindingView, write, writeJson } from './output.ts';

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

/** Adds a copy that begins suspended. */
export async function clone(name: string, copy: string, options: Options): Promise<void> {
  const client = await connect(options);
  const made = await client.call('cloneConnector', { params: { name }, body: { name: copy } });
  if (options.json) writeJson(made);
  else said(`${copy} is added as ${name} is, and is suspended`, made);
}

export async function remove(name: string, options: Options & { readonly yes?: true }): Promise<void> {
  const client = await connect(options);
  const { connector } = await client.call('connector', { params: { name } });
  const active = countOf(connector.active, 'message');
  await confirm(options, { words: `remove ${name}, by which ${active} are on their way`, about: 'named' });
  const removed = await client.call('removeConnector', { params: { name } });
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

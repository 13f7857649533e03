/** `relay365 source add|set|remove|review|new-password|merge|card|export|import`. */
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { confirm } from './confirm.ts';
import { readEntry, readText } from './entry-file.ts';
import { exitCodes } from './failure.ts';
import { answer, countOf, formatFindingView, write, writeJson } from './output.ts';

interface Options extends ConfigOption {
  readonly json?: true;
}

export async function add(options: Options & { readonly file: string }): Promise<void> {
  const document = await readEntry(options.file);
  const added = await (await connect(options)).call('addSource', { body: { document } });
  if (options.json) writeJson(added);
  else said(`${document.name} may send`, added);
}

export async function set(name: string, options: Options & { readonly file: string }): Promise<void> {
  const document = await readEntry(options.file);
  const client = await connect(options);
  const changed = await client.call('putSource', { params: { name }, body: { document } });
  if (options.json) writeJson(changed);
  else said(`${document.name} is changed`, changed);
}

export async function remove(name: string, options: Options & { readonly yes?: true }): Promise<void> {
  const client = await connect(options);
  const { source } = await client.call('source', { params: { name } });
  const sent = countOf(source.seen.messagesMonth ?? 0, 'message');
  await confirm(options, { words: `remove ${name}, which sent ${sent} in 30 days`, about: 'named' });
  const removed = await client.call('removeSource', { params: { name } });
  if (options.json) writeJson(removed);
  else said(`${name} may send no more`, removed);
}

export async function review(
  name: string,
  options: Options & { readonly next?: string; readonly firmware?: string },
): Promise<void> {
  const { next, firmware } = options;
  const body = { ...(next && { next }), ...(firmware && { firmware: { version: firmware } }) };
  const reviewed = await (await connect(options)).call('reviewSource', { params: { name }, body });
  if (options.json) writeJson(reviewed);
  else said(`${name} was reviewed; the next review is due on ${reviewed.source.review ?? ''}`, reviewed);
}

/** Makes a new password for the login, and prints it this once. */
export async function newPassword(
  name: string,
  options: Options & { readonly yes?: true; readonly due?: string },
): Promise<void> {
  const client = await connect(options);
  await confirm(options, { words: `make the password of ${name} worthless`, about: 'named' });
  const body = options.due === undefined ? {} : { due: options.due };
  const made = await client.call('sourcePassword', { params: { name }, body });
  answer(options, made, ({ username, password, due }) => {
    const next = due === undefined ? '' : `; the next one is due on ${due}`;
    process.stderr.write(`user name ${username}; the password is shown this once${next}\n`);
    // Alone on standard output: scripts take it from there.
    write(password);
  });
}

export async function merge(
  name: string,
  others: readonly string[],
  options: Options & { readonly yes?: true },
): Promise<void> {
  const client = await connect(options);
  await confirm(options, {
    words: `let ${name} have the permissions of ${others.join(', ')}, and remove ${countOf(others.length, 'source')}`,
    about: 'named',
  });
  const merged = await client.call('mergeSources', { params: { name }, body: { sources: [...others] } });
  if (options.json) writeJson(merged);
  else said(`${name} has the permissions of ${others.join(', ')}`, merged);
}

export async function card(name: string, options: Options): Promise<void> {
  const made = await (await connect(options)).call('sourceCard', { params: { name } });
  if (options.json) {
    writeJson(made);
    return;
  }
  write(made.device === undefined ? made.source : `${made.source} (${made.device})`);
  for (const [index, step] of made.steps.entries()) write(`${index + 1}. ${step}`);
  for (const warning of made.warnings) write(`Note: ${warning}`);
}

export async function exportCsv(options: ConfigOption): Promise<void> {
  process.stdout.write(await (await connect(options)).call('exportSources'));
}

export async function importCsv(file: string, options: Options & { readonly apply?: true }): Promise<void> {
  const csv = await readText(file);
  const body = { csv, apply: options.apply ?? false };
  const result = await (await connect(options)).call('importSources', { body });
  const isFaulty = result.findings.some(({ severity }) => severity === 'error');
  if (isFaulty) process.exitCode = exitCodes.configuration;
  if (options.json) {
    writeJson(result);
    return;
  }
  for (const { severity, row, column, message, expected } of result.findings) {
    const what = expected === '' || message.includes(expected) ? message : `${message}; ${expected}`;
    write(`${file}: row ${row}, ${column}: ${severity === 'error' ? '' : `${severity}: `}${what}`);
  }
  const { added, changed, unchanged } = result;
  write(`${added.length} new, ${changed.length} changed, ${unchanged.length} as they are`);
  if (result.applied) write(`policy revision ${result.revision} is in force`);
  else write(isFaulty ? 'nothing was changed' : 'nothing was changed: --apply puts it in force');
}

function said(
  words: string,
  about: { readonly revision: number; readonly findings: Parameters<typeof formatFindingView>[0][] },
): void {
  write(`${words}; policy revision ${about.revision} is in force`);
  for (const finding of about.findings) write(formatFindingView(finding));
}

/** `relay365 connector show|check|validation`. */
import { stringify } from 'yaml';
import { stepLines } from '../diagnostics/conversation/as-text.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { readEntry } from './entry-file.ts';
import { exitCodes } from './failure.ts';
import { answer, countOf, formatFindingView, formatTime, write, writeLines } from './output.ts';
import { quotaText, validationText } from './connectors.ts';

interface Options extends ConfigOption {
  readonly json?: true;
}

export async function show(name: string, options: Options): Promise<void> {
  const found = await (await connect(options)).call('connector', { params: { name } });
  answer(options, found, ({ connector, document, path, revision, findings }) => {
    write(`# ${path} of policy revision ${revision}`);
    writeLines(stringify(document).trimEnd());
    const { suspended, active, quotas, lastFailure } = connector;
    write(`# ${countOf(active, 'message')} on the way by it`);
    if (suspended) writeLines(`# suspended: ${suspended.reason}`);
    if (lastFailure) writeLines(`# last failure: ${lastFailure.text}`);
    writeLines(`# ${validationText(connector)}`);
    for (const quota of quotas) writeLines(`# quota: ${quotaText(quota)}`);
    for (const finding of findings) write(`# ${formatFindingView(finding)}`);
  });
}

/** Exits with 2 where the entry has faults. */
export async function check(
  options: Options & { readonly file: string; readonly replaces?: string },
): Promise<void> {
  const { file, replaces } = options;
  const document = await readEntry(file);
  const body = { document, ...(replaces !== undefined && { replaces }) };
  const found = await (await connect(options)).call('checkConnector', { body });
  if (!found.valid) process.exitCode = exitCodes.configuration;
  answer(options, found, ({ valid, findings }) => {
    for (const finding of findings) write(formatFindingView(finding));
    write(valid ? `${document.name} could be put in force` : `${document.name} has faults`);
  });
}

/** Exits with 1 where the last validation failed. */
export async function validation(name: string, options: Options): Promise<void> {
  const found = await (await connect(options)).call('connectorValidation', { params: { name } });
  if (found.outcome === 'fail') process.exitCode = exitCodes.other;
  answer(options, found, ({ at, by, to, steps, summary }) => {
    writeLines(`${formatTime(at)}, asked for by ${by}, to ${to}`);
    for (const step of steps) write(stepLines(step).join('\n'));
    writeLines(`${name}: ${summary}`);
  });
}

/** `relay365 explain`: what a reply, an error or a returned message means. Works offline; a policy only fills in values. */
import { stat, readFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import type { Where } from '../../microsoft365/replies/entry.ts';
import { searchedCharsMax } from '../../microsoft365/replies/find-in-text.ts';
import { sideInWords } from '../../microsoft365/replies/in-words.ts';
import { bounceCharsMax } from '../diagnostics/explainer/bounce.ts';
import { explainText } from '../diagnostics/explainer/explain-text.ts';
import type { Explained } from '../diagnostics/explainer/explained.ts';
import { decoded } from '../diagnostics/microsoft365/powershell-files.ts';
import type { SetupTenant } from '../diagnostics/microsoft365/setup-input.ts';
import { setupInput } from '../diagnostics/microsoft365/setup-input.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { certificateNames } from './microsoft365.ts';
import { write, writeJson } from './output.ts';
import { readPolicy } from './read-policy.ts';

export interface ExplainOptions {
  readonly json?: true;
  readonly where?: Where;
  /** A returned message (.eml) or a piece of a log. */
  readonly file?: string;
  /** Configuration whose policy fills in the values; absent: relay365.yaml here, where there is one. */
  readonly config?: string;
}

const charsMax = Math.max(searchedCharsMax, bounceCharsMax);

export async function explain(words: readonly string[], options: ExplainOptions): Promise<void> {
  const text = await textOf(words, options);
  if (text.trim() === '') {
    throw new CommandFailure(
      exitCodes.other,
      'nothing to explain: give the reply, or write it to standard input',
    );
  }
  const tenants = await tenantsOf(options);
  const explained = await explainText(text, {
    tenants,
    ...(options.where !== undefined && { where: options.where }),
  });
  if (!explained) {
    const hint =
      'Known are replies of Microsoft 365 (docs/microsoft365-replies.md) and of this relay (docs/replies.md).';
    throw new CommandFailure(exitCodes.other, `nothing is known about this text. ${hint}`);
  }
  if (options.json) writeJson(explained);
  else write(asText(explained));
}

async function textOf(words: readonly string[], { file }: ExplainOptions): Promise<string> {
  if (words.length > 0) return words.join(' ');
  if (file === undefined) return readInput();
  try {
    return decoded((await readFile(file)).subarray(0, charsMax));
  } catch (error) {
    throw new CommandFailure(exitCodes.other, `${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** A policy that cannot be read costs the values alone; it is said, and only where it was asked for it ends the command. */
async function tenantsOf({ config }: ExplainOptions): Promise<readonly SetupTenant[]> {
  const file = config ?? 'relay365.yaml';
  if (config === undefined && !(await isThere(file))) return [];
  try {
    const { node, document, senders } = await readPolicy({ config: file });
    const tenants = setupInput(document, senders, await certificateNames(document.connectors));
    return tenants.map((tenant) => ({ ...tenant, egress: node.egress }));
  } catch (error) {
    if (config !== undefined || !(error instanceof CommandFailure)) throw error;
    process.stderr.write(
      `without the values of this tenant, as the policy cannot be read: ${error.message}\n`,
    );
    return [];
  }
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

function asText(explained: Explained): string {
  const {
    id,
    code,
    meaning,
    cause,
    fix,
    side,
    advice,
    clearsByItself,
    settings,
    lines,
    note,
    source,
    bounce,
  } = explained;
  const recipients = (bounce?.recipients ?? []).map(
    ({ recipient = 'a recipient', action = '', status = '' }) =>
      `  - ${recipient} ${action} ${status}`.trimEnd(),
  );
  return [
    `${styleText('bold', code)}  ${id}`,
    '',
    meaning,
    ...(bounce ? ['', ...about(bounce), ...recipients] : []),
    '',
    styleText('bold', 'Cause'),
    ...cause.map((line) => `  - ${line}`),
    styleText('bold', 'What to do'),
    ...fix.map((line) => `  - ${line}`),
    ...lines.flatMap(({ title, tenant, lines: commands }) => [
      styleText('bold', `${title} (${tenant})`),
      ...commands.map((line) => `    ${line}`),
    ]),
    '',
    ...(settings.length > 0 ? [`Settings of ours: ${settings.join(', ')}`] : []),
    `Can be put right by ${sideInWords(side)}.`,
    `What is right for the mail: ${advice}`,
    clearsByItself ? 'It can clear by itself.' : 'It does not clear by itself.',
    ...(note === undefined ? [] : [`Note: ${note}`]),
    `Source: ${source}`,
  ].join('\n');
}

function about({ messageId, subject, reportingMta }: NonNullable<Explained['bounce']>): string[] {
  const by = reportingMta === undefined ? '' : `, told by ${reportingMta}`;
  return [`Returned message${subject === undefined ? '' : ` "${subject}"`} ${messageId ?? ''}${by}`];
}

/** As much of standard input as is searched. */
async function readInput(): Promise<string> {
  if (process.stdin.isTTY) return '';
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) {
    text += chunk as string;
    if (text.length >= charsMax) break;
  }
  return text;
}

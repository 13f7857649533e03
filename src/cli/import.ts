/** `relay365 import`: reads the files of an old relay, tells what they hold, and writes or applies the proposal. */
import { writeFile } from 'node:fs/promises';
import { formatFinding, hasErrors } from '../config/finding.ts';
import { placeFindings } from '../config/document.ts';
import { parsePolicyDocument } from '../config/load.ts';
import type { Inventory, Note } from '../migrate/inventory.ts';
import { policyText } from '../migrate/policy-text.ts';
import { PostfixLog } from '../migrate/postfix/mail-log.ts';
import { readPostfix } from '../migrate/postfix/read-postfix.ts';
import { propose } from '../migrate/proposal.ts';
import type { Proposal } from '../migrate/proposal.ts';
import { clientsMax, SeenClients } from '../migrate/seen.ts';
import { compilePolicy } from '../policy/compile.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { confirm } from './confirm.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { linesOf, mainFile, readOldFile, tableBeside } from './old-files.ts';
import { countOf, write, writeJson, writeLines } from './output.ts';
import { writePreview } from './policy-history.ts';

interface Options extends ConfigOption {
  readonly log?: readonly string[];
  readonly domain?: readonly string[];
  readonly keepRanges?: true;
  readonly out?: string;
  readonly apply?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `path`: main.cf, its directory, or what `postconf -n` printed. */
export async function importPostfix(path: string, options: Options): Promise<void> {
  const file = mainFile(path);
  const inventory = readPostfix(readOldFile(file), file, (named) => tableBeside(file, named));
  const seen = new SeenClients();
  const log = new PostfixLog(seen);
  for (const name of options.log ?? []) for await (const line of linesOf(name)) log.line(line);
  await finish(withSeen(inventory, seen), options);
}

function withSeen(inventory: Inventory, seen: SeenClients): Inventory {
  const text = `${countOf(seen.leftOut, 'message')} of clients beyond the first ${clientsMax}, or without a readable address, are not counted`;
  const more = seen.leftOut > 0 ? [{ from: 'the log', text }] : [];
  return { ...inventory, seen: seen.list(), notTaken: [...inventory.notTaken, ...more] };
}

async function finish(inventory: Inventory, options: Options): Promise<void> {
  const wishes = { domains: options.domain ?? [], keepRanges: options.keepRanges ?? false };
  const proposal = propose(inventory, wishes);
  const text = policyText(proposal, inventory.system);
  const findings = findingsOf(text, options.out ?? 'policy.yaml');
  if (options.json && !options.apply)
    writeJson({ inventory: shown(inventory), proposal, findings, policy: text });
  else if (!options.json) tell(inventory, proposal, text, findings.map(formatFinding));
  if (hasErrors(findings)) {
    const faults = findings.filter(({ severity }) => severity === 'error').map(formatFinding);
    throw new CommandFailure(
      exitCodes.configuration,
      `the proposal has faults, and is neither written nor applied:\n${faults.join('\n')}`,
    );
  }
  if (options.out !== undefined) {
    await writeNew(options.out, text);
    if (!options.json) writeLines(`the policy is in ${options.out}`);
  }
  if (options.apply) await apply(text, options);
}

/** Ranges hold numbers that JSON has no form for. */
function shown(inventory: Inventory): object {
  const permissions = inventory.permissions.map(({ ranges, ...permission }) => ({
    ...permission,
    ranges: ranges.map(({ range, from }) => ({ range: range.text, from })),
  }));
  return { ...inventory, permissions };
}

function findingsOf(text: string, file: string) {
  const parsed = parsePolicyDocument(text, file);
  if (parsed.kind === 'faulty') return parsed.findings;
  return placeFindings(compilePolicy(parsed.value, 0).findings, file, parsed.locate);
}

function tell(inventory: Inventory, proposal: Proposal, text: string, findings: readonly string[]): void {
  const ranges = inventory.permissions.flatMap((one) => one.ranges);
  write(
    `Found: ${countOf(ranges.length, 'range')} that may send, ${countOf(inventory.waysOut.length, 'way')} out, ${countOf(inventory.seen.length, 'client')} in the logs`,
  );
  write(
    `Proposed: ${countOf(proposal.sources.length, 'source')}, ${countOf(proposal.connectors.length, 'connector')}`,
  );
  section('DANGEROUS on the old relay:', proposal.dangers);
  section('For relay365.yaml:', inventory.node);
  section('Not taken over, or not as it was:', proposal.notes);
  for (const finding of findings) writeLines(finding);
  write('');
  writeLines(
    text
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .join('\n')
      .trim(),
  );
}

function section(title: string, notes: readonly Note[]): void {
  if (notes.length === 0) return;
  write(`\n${title}`);
  for (const { from, text } of notes) writeLines(`- ${from}: ${text}`);
}

/** A file that is there stays as it is. */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const words = `${file} cannot be written: ${(error as Error).message}; name a file that does not exist`;
    throw new CommandFailure(exitCodes.other, words, { cause: error });
  }
}

/** The whole policy is replaced, so that it is shown first what would go. */
async function apply(text: string, options: Options): Promise<void> {
  const client = await connect(options);
  const preview = await client.call('previewPolicy', { body: { text } });
  if (!options.json) writePreview(preview);
  if (!preview.valid)
    throw new CommandFailure(exitCodes.configuration, 'the relay refuses the proposal: nothing was changed');
  const gone = preview.sources.removed.length + preview.connectors.removed.length;
  await confirm(options, {
    words: `put the proposal in force in place of the whole policy, which removes ${countOf(gone, 'source or connector', 'sources and connectors')}`,
    about: 'fitting',
  });
  const policy = await client.call('putPolicy', { body: { text } });
  if (options.json) writeJson(policy);
  else write(`policy revision ${policy.revision} is in force`);
}

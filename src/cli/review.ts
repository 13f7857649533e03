/** `relay365 review`: what is unusual in the log of connections, and what is decided about it. */
import type { ReviewBlocks, ReviewFinding, ReviewQuery } from '../../contract/schemas.ts';
import { printable } from '../observe/printable.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { answer, formatTime, write, writeJson, writeTable } from './output.ts';

interface JsonOption extends ConfigOption {
  readonly json?: boolean;
}

export async function list(
  options: JsonOption & {
    readonly state: ReviewQuery['state'];
    readonly source?: string;
    readonly limit: number;
  },
): Promise<void> {
  const { state, source, limit } = options;
  const page = await (
    await connect(options)
  ).call('review', { query: { state, limit, ...(source === undefined ? {} : { source }) } });
  if (options.json) {
    writeJson(page);
    return;
  }
  writeTable(
    page.items,
    [
      { title: 'id', value: ({ id }) => id },
      { title: 'last seen', value: ({ lastAt }) => formatTime(lastAt) },
      { title: 'severity', value: ({ severity }) => severity },
      { title: 'kind', value: ({ kind }) => kind },
      { title: 'what', value: ({ text }) => text, widthMax: 110 },
      { title: 'state', value: (one) => (one.decided ? `${one.state} by ${one.decided.by}` : one.state) },
    ],
    page.reviewedAt === undefined ? 'nothing was reviewed yet' : 'nothing unusual',
  );
}

export async function show(id: string, options: JsonOption): Promise<void> {
  const finding = await (await connect(options)).call('reviewFinding', { params: { id } });
  if (options.json) writeJson(finding);
  else writeFinding(finding);
}

export async function decide(
  decision: 'accept' | 'dismiss' | 'reopen',
  id: string,
  options: JsonOption & { readonly note?: string },
): Promise<void> {
  const client = await connect(options);
  const name = ({ accept: 'acceptFinding', dismiss: 'dismissFinding', reopen: 'reopenFinding' } as const)[
    decision
  ];
  const body = options.note === undefined ? {} : { note: options.note };
  const finding = await client.call(name, { params: { id }, body });
  if (options.json) {
    writeJson(finding);
    return;
  }
  write(`${finding.state}: ${printable(finding.title)}`);
  if (decision === 'accept') write(`to do: ${printable(finding.proposal.words)}`);
}

function writeFinding(finding: ReviewFinding): void {
  const { title, text, severity, evidence, references, proposal, firstAt, firstDay, lastAt, state, decided } =
    finding;
  write(`${printable(title)} (${severity}, ${state}${decided ? ` by ${printable(decided.by)}` : ''})`);
  write(`  ${printable(text)}`);
  write(
    `  from ${firstDay === undefined ? formatTime(firstAt) : `${firstDay} (UTC)`} to ${formatTime(lastAt)}`,
  );
  for (const { what, found, usual } of evidence)
    write(
      `  ${printable(what)}: ${printable(found)}${usual === undefined ? '' : `; usually ${printable(usual)}`}`,
    );
  if (references.length > 0) write(`  references: ${references.map(printable).join(', ')}`);
  write(`  proposal: ${printable(proposal.words)}`);
}

export async function blocks(options: JsonOption): Promise<void> {
  const found = await (await connect(options)).call('reviewBlocks');
  answer(options, found, () => writeBlocks(found));
}

export async function unblock(address: string, options: JsonOption): Promise<void> {
  const found = await (await connect(options)).call('liftReviewBlock', { params: { address } });
  answer(options, found, () =>
    write(`${address} may connect again; the review leaves it alone for thirty days`),
  );
}

function writeBlocks({ enabled, items, leftAlone }: ReviewBlocks): void {
  if (!enabled) write('the review blocks nothing by itself: "review.block" of relay365.yaml is not set');
  writeTable(
    items,
    [
      { title: 'address', value: ({ address }) => address },
      { title: 'since', value: ({ at }) => formatTime(at) },
      { title: 'until', value: ({ until }) => formatTime(until) },
      { title: 'why', value: ({ text }) => text, widthMax: 110 },
    ],
    'no address is blocked by the review',
  );
  for (const { address, by, until } of leftAlone)
    write(`${address} is left alone until ${formatTime(until)}: taken back by ${printable(by)}`);
}

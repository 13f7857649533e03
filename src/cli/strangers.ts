/** `relay365 strangers allow|block|ignore|forget|decisions`. */
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { exitCodes } from './failure.ts';
import { answer, countOf, formatFindingView, formatTime, write, writeJson, writeTable } from './output.ts';

interface Options extends ConfigOption {
  readonly json?: true;
  readonly note?: string;
}

export async function allow(
  address: string,
  options: Options & { readonly until?: string; readonly yes?: true },
): Promise<void> {
  const client = await connect(options);
  const params = { address };
  const until = options.until === undefined ? {} : { until: options.until };
  const proposal = await client.call('strangerProposal', { params, body: until });
  if (options.yes && proposal.valid) {
    const allowed = await client.call('allowStranger', {
      params,
      body: { document: proposal.document, ...until },
    });
    if (options.json) writeJson(allowed);
    else write(`${allowed.source.name} may send; policy revision ${allowed.revision} is in force`);
    return;
  }
  if (!proposal.valid) process.exitCode = exitCodes.configuration;
  if (options.json) {
    writeJson(proposal);
    return;
  }
  write(proposal.yaml.trimEnd());
  for (const reason of proposal.reasons) write(`# ${reason}`);
  for (const finding of proposal.findings) write(formatFindingView(finding));
  write(`${proposal.passing} of ${countOf(proposal.effect.length, 'attempt')} would pass`);
  for (const { passes, sender, recipient, explanation } of proposal.effect) {
    if (!passes) write(`  <${sender}> to ${recipient}: ${explanation}`);
  }
  write('nothing was changed: --yes puts it in force');
}

export async function block(
  address: string,
  options: Options & { readonly range?: string; readonly until?: string },
): Promise<void> {
  const { range, note, until } = options;
  const body = { ...(range && { range }), ...(note && { note }), ...(until && { until }) };
  const decision = await (await connect(options)).call('blockStranger', { params: { address }, body });
  if (options.json) writeJson(decision);
  else write(`${range ?? address} is blocked`);
}

export async function ignore(address: string, options: Options): Promise<void> {
  const body = options.note === undefined ? {} : { note: options.note };
  const decision = await (await connect(options)).call('ignoreStranger', { params: { address }, body });
  if (options.json) writeJson(decision);
  else write(`${address} is ignored until it tries something new`);
}

export async function forget(address: string, options: Options): Promise<void> {
  const decision = await (await connect(options)).call('forgetDecision', { params: { address } });
  if (options.json) writeJson(decision);
  else write(`nothing is decided about ${address} any more`);
}

export async function decisions(options: Options): Promise<void> {
  const found = await (await connect(options)).call('strangerDecisions');
  answer(options, found, ({ items }) =>
    writeTable(
      items,
      [
        { title: 'address', value: ({ address }) => address },
        { title: 'decision', value: ({ decision }) => decision },
        { title: 'at', value: ({ at }) => (at === undefined ? '' : formatTime(at)) },
        { title: 'by', value: ({ by }) => by ?? '' },
        { title: 'why', value: ({ note }) => note ?? '', widthMax: 60 },
      ],
      'nothing is decided about any stranger',
    ),
  );
}

/** `relay365 policy simulate`. */
import type { SimulationQuestion, SimulationStage } from '../../contract/schemas.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { readText } from './entry-file.ts';
import { exitCodes } from './failure.ts';
import { write, writeJson } from './output.ts';

type SpfResult = NonNullable<SimulationQuestion['spf']>;

interface Options extends ConfigOption {
  readonly json?: true;
  readonly address: string;
  readonly sender: string;
  readonly from?: string;
  readonly helo?: string;
  readonly spf?: SpfResult;
  readonly listener?: string;
  readonly login?: string;
  readonly tls?: true;
  readonly bytes?: string;
  readonly policy?: string;
}

/** Exits with 1 where the message would not be accepted. */
export async function simulate(recipients: readonly string[], options: Options): Promise<void> {
  const { address, sender, from, helo, spf, listener, login, bytes } = options;
  const policy = options.policy === undefined ? undefined : await readText(options.policy);
  const body = {
    address,
    sender: sender === '<>' ? '' : sender,
    recipients: [...recipients],
    tls: options.tls ?? false,
    ...(from !== undefined && { from }),
    ...(helo !== undefined && { helo }),
    ...(spf !== undefined && { spf }),
    ...(listener !== undefined && { listener }),
    ...(login !== undefined && { login }),
    ...(bytes !== undefined && { bytes: Number(bytes) }),
    ...(policy !== undefined && { policy }),
  };
  const result = await (await connect(options)).call('simulate', { body });
  if (result.verdict !== 'accept') process.exitCode = exitCodes.other;
  if (options.json) {
    writeJson(result);
    return;
  }
  for (const stage of result.stages) write(lineOf(stage));
  write(result.summary);
}

const marks = { accept: 'ok', refuse: 'NO', defer: 'LATER', note: '-', skipped: '-' } as const;

function lineOf({ stage, verdict, explanation, path, reply, passedOver }: SimulationStage): string {
  const place = path === undefined ? '' : ` [${path}]`;
  const said = reply === undefined ? '' : `\n        reply: ${reply}`;
  const others = (passedOver ?? [])
    .map(({ connector, reason }) => `\n        not ${connector}: ${reason}`)
    .join('');
  return `${marks[verdict].padEnd(6)}${stage}: ${explanation}${place}${said}${others}`;
}

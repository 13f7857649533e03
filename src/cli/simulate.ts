/** `relay365 policy simulate`. */
import type { SimulationQuestion, SimulationResult, SimulationStage } from '../../contract/schemas.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { readText } from './entry-file.ts';
import { exitCodes } from './failure.ts';
import type { MessageFile } from './message-file.ts';
import { readMessage } from './message-file.ts';
import { write, writeJson } from './output.ts';
import type { CertificateOptions } from './shown-certificate.ts';
import { shownCertificate } from './shown-certificate.ts';

type SpfResult = NonNullable<SimulationQuestion['spf']>;

type BodyType = NonNullable<SimulationQuestion['body']>;

interface Options extends ConfigOption, CertificateOptions {
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
  readonly message?: string;
  readonly text?: true;
  readonly body?: BodyType;
  readonly policy?: string;
}

/** Exits with 1 where the message would not be accepted. */
export async function simulate(recipients: readonly string[], options: Options): Promise<void> {
  const { address, sender, from, helo, spf, listener, login, bytes } = options;
  const policy = options.policy === undefined ? undefined : await readText(options.policy);
  const message =
    options.message === undefined ? undefined : await readMessage(options.message, options.text === true);
  const certificate = await shownCertificate(options);
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
    ...(certificate && { certificate }),
    ...(message && { content: { base64: message.base64 }, bytes: message.bytes }),
    ...(bytes !== undefined && { bytes: Number(bytes) }),
    ...(options.body !== undefined && { body: options.body }),
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
  for (const line of remarks(message, result)) write(line);
}

/** What of the file the answer does not cover, and what may be meant otherwise. */
function remarks(message: MessageFile | undefined, { stages }: SimulationResult): string[] {
  if (!message) return [];
  const { bytes, judged, hasOnlyLineFeeds } = message;
  const isLineEnds = stages.some(({ rule }) => rule === 'line-ends');
  return [
    ...(judged < bytes
      ? [`Of its ${bytes} octets the first ${judged} were judged; line ends after them were not looked at.`]
      : []),
    ...(isLineEnds && hasOnlyLineFeeds
      ? [
          'The lines of the file end in LF alone. If the program that sends it writes CR LF, as most do, add --text.',
        ]
      : []),
  ];
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

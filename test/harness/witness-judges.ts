/** What the simulator is asked about a live session, and what it judges with: the parts that the session itself asks. */
import { contentJudge, transactionOf } from '../../src/admin/simulator/content-judge.ts';
import type { Taken } from '../../src/accept/content-trial.ts';
import { ContentTrial } from '../../src/accept/content-trial.ts';
import type { Judges, Simulation, SimulationQuestion } from '../../src/diagnostics/simulation.ts';
import type { EnvelopeTransaction, SessionCore } from '../../src/listener/session-core.ts';
import type { RateBook } from '../../src/policy/rates.ts';
import type { Refusal } from '../../src/policy/verdict.ts';

export function asked(core: SessionCore, reversePath: SimulationQuestion['reversePath']): SimulationQuestion {
  return { facts: core.facts(), helo: core.helo, reversePath, recipients: [] };
}

const passed = { kind: 'accept', rule: 'witness', explanation: 'judged at MAIL' } as const;

/** The moment was judged at MAIL, and what was counted there is not judged again. */
export const asJudged = { connection: () => passed, rate: () => passed, room: () => undefined };

export function judgesOf(core: SessionCore): Judges {
  const { options, policy } = core;
  const { config, cutOver, acceptance } = options;
  const rates = options.rates as Partial<RateBook>;
  return {
    policy,
    listener: {
      name: config.name,
      tls: config.tls,
      messageBytes: config.limits.messageBytes,
      recipients: config.limits.recipients,
      spf: config.spf,
    },
    cutOver: cutOver?.current,
    // It is connected already; witness-admission.ts asks when it comes.
    admission: () => undefined,
    connection: (source) =>
      core.countedSource === source.name || !rates.wouldOpen
        ? passed
        : rates.wouldOpen(source.name, source.config.limits.connections),
    rate: (source) => (rates.wouldAdmit ? rates.wouldAdmit(source) : passed),
    room: (bytes) => acceptance.ready(bytes),
    content: contentJudge({ listener: listenerOf(core), ...environmentOf(core) }),
    rewrite: (_source, { reversePath, recipients }) => ({
      reversePath,
      recipients: recipients.map(({ address }) => address),
      changes: [],
    }),
  };
}

/** The content judged as it comes, so that one of any size can be; `undefined`: it is judged for another source than the session's. */
export interface ContentWatch {
  readonly question: SimulationQuestion;
  bytes: number;
  push(octets: Buffer): void;
  judge(source: string): Taken | Refusal | undefined;
}

export function watchContent(core: SessionCore, envelope: EnvelopeTransaction): ContentWatch {
  const { source, recipients, parameters, reversePath } = envelope;
  const question = {
    ...asked(core, reversePath),
    recipients: recipients.map(({ address }) => address),
    body: parameters.body,
    content: [],
  };
  const about = { source, recipients: question.recipients, question };
  const trial = new ContentTrial(environmentOf(core), transactionOf(about, listenerOf(core)));
  return {
    question,
    bytes: 0,
    push(octets) {
      this.bytes += octets.length;
      trial.push(octets);
    },
    judge: (name) => (name === source.name ? trial.end() : undefined),
  };
}

const listenerOf = ({ options: { config } }: SessionCore) => ({ name: config.name, ...config.limits });

const environmentOf = ({ options: { clock, hostname } }: SessionCore) => ({
  clock,
  hostname,
  inlineBytesMax: 128 * 1024,
});

export function refusalOf({ stages }: Simulation): string | undefined {
  return stages.find(({ verdict }) => verdict === 'refuse' || verdict === 'defer')?.reply;
}

export function isStranger({ stages }: Simulation): boolean {
  const decided = stages.find(({ verdict }) => verdict === 'refuse' || verdict === 'defer')?.stage;
  return decided === 'recognition' || decided === 'login' || decided === 'tls';
}

/**
 * The world behind the relay, made from a seed: next hops with good and bad weather, and a ledger of what they took. What a
 * next hop took and what it told the relay may differ: that is what "in doubt" means.
 */
import type { Connector, Delivery } from '../../src/connector/connector.ts';
import type { DeliveryOutcome, Failure, RecipientOutcome } from '../../src/message/outcome.ts';
import type { Clock, Instant } from '../../src/platform/clock.ts';
import { plus } from '../../src/platform/clock.ts';
import type { Random } from '../../src/platform/random.ts';
import {
  lostReply,
  noSuchUser,
  testFailure,
  testReply,
  unreachable,
} from '../../src/delivery/testing/messages.ts';

export type Weather = 'fine' | 'slow' | 'flaky' | 'down' | 'bad-login' | 'busy' | 'drops';

interface Phase {
  readonly until: Instant;
  readonly weather: Weather;
}

const minute = 60_000;
const hour = 60 * minute;
const badWeather: readonly Weather[] = ['slow', 'flaky', 'down', 'bad-login', 'busy', 'drops'];

const badLogin: Failure = testFailure({
  scope: 'connector',
  permanence: 'permanent',
  stage: 'login',
  code: 'login-refused',
  reply: testReply(535, '5.7.8', 'authentication failed'),
  status: '5.7.8',
});
const tooBusy: Failure = testFailure({
  scope: 'destination',
  stage: 'mail',
  code: 'refused',
  reply: testReply(451, '4.7.500', 'server busy'),
  status: '4.7.0',
});
const greylisted: Failure = testFailure({ reply: testReply(451, '4.7.1', 'greylisted') });
const mailboxFull: Failure = testFailure({ reply: testReply(452, '4.2.2', 'mailbox full') });

/** What became of one recipient of one message, as the next hops see it. */
export interface Entry {
  /** How often a next hop took it. */
  taken: number;
  /** How often the relay could not know: a lost reply, or a crash between reply and commit. */
  doubts: number;
}

export class Ledger {
  readonly entries = new Map<string, Entry>();

  entry(id: string, recipient: string): Entry {
    const key = `${id} ${recipient}`;
    let entry = this.entries.get(key);
    if (!entry) {
      entry = { taken: 0, doubts: 0 };
      this.entries.set(key, entry);
    }
    return entry;
  }
}

/** The weather of one connector over the days; fine from `fineFrom` on, so that what can arrive does. */
export function forecast(random: Random, start: Instant, fineFrom: Instant): Phase[] {
  const phases: Phase[] = [];
  for (let at = start; at < fineFrom;) {
    at = plus(at, (0.5 + random.fraction() * 6) * hour);
    phases.push({ until: at, weather: 'fine' });
    const weather = badWeather[Math.floor(random.fraction() * badWeather.length)] ?? 'down';
    // Mostly minutes, sometimes most of a day.
    at = plus(at, minute + random.fraction() ** 3 * 14 * hour);
    phases.push({ until: at < fineFrom ? at : fineFrom, weather });
  }
  return phases;
}

export interface NextHopOptions {
  readonly name: string;
  /** Dies with the process: an attempt under way then never ends. */
  readonly clock: Clock;
  readonly random: Random;
  readonly phases: readonly Phase[];
  readonly ledger: Ledger;
  readonly connectionsMax: number;
  readonly onViolation: (text: string) => void;
  /** The process was killed: what it still had on its lips is not said. */
  readonly isOver: () => boolean;
}

export class SimulatedConnector implements Connector {
  readonly name: string;
  readonly #options: NextHopOptions;
  #active = 0;

  constructor(options: NextHopOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async attempt(delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome> {
    const startedAt = this.#options.clock.now();
    this.#active++;
    if (this.#active > this.#options.connectionsMax) {
      this.#options.onViolation(`${this.name}: ${this.#active} attempts at a time`);
    }
    try {
      const recipients = await this.#converse(delivery, signal);
      return {
        connector: this.name,
        host: `${this.name}.example:25`,
        startedAt,
        endedAt: this.#options.clock.now(),
        recipients,
      };
    } finally {
      this.#active--;
    }
  }

  idle(): void {
    // There are no connections to let go.
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nor to close.
  }

  async #converse(delivery: Delivery, signal: AbortSignal): Promise<readonly RecipientOutcome[]> {
    const { random, ledger } = this.#options;
    const weather = this.#weather();
    const all = (outcome: RecipientOutcome): RecipientOutcome[] =>
      delivery.envelope.recipients.map(() => outcome);
    if (weather === 'slow') await this.#wait(random.fraction() * 9 * minute, signal);
    else if (random.fraction() < 0.3) await this.#wait(random.fraction() * 2_000, signal);
    if (signal.aborted) return all({ kind: 'not-tried' });
    if (weather === 'down') return all({ kind: 'failed', failure: unreachable });
    if (weather === 'bad-login') return all({ kind: 'failed', failure: badLogin });
    if (weather === 'busy') return all({ kind: 'failed', failure: tooBusy });
    if (weather === 'flaky' && random.fraction() < 0.5) return all({ kind: 'failed', failure: unreachable });
    if (this.#options.isOver()) return new Promise(() => undefined);
    const isLost = random.fraction() < (weather === 'drops' ? 0.4 : 0.01);
    const isTakenAnyway = random.fraction() < 0.5;
    const outcomes = delivery.envelope.recipients.map(({ address }): RecipientOutcome => {
      const refusal = refusalOf(address.localPart, random);
      if (refusal) return { kind: 'failed', failure: refusal };
      const entry = ledger.entry(delivery.id, address.text);
      if (isLost) {
        entry.doubts++;
        if (isTakenAnyway) entry.taken++;
        return { kind: 'in-doubt', failure: lostReply };
      }
      entry.taken++;
      return { kind: 'relayed', reply: testReply(250, '2.0.0'), dsnPassedOn: false };
    });
    // The reply is on its way: a process that dies now has handed over and does not know it.
    if (random.fraction() < 0.2) await this.#wait(random.fraction() * 500, undefined);
    return outcomes;
  }

  #weather(): Weather {
    const now = this.#options.clock.now();
    return this.#options.phases.find(({ until }) => now < until)?.weather ?? 'fine';
  }

  #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(Math.round(ms), resolve);
      signal?.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
  }
}

/** The local part says how its mailbox behaves. */
function refusalOf(localPart: string, random: Random): Failure | undefined {
  if (localPart.startsWith('nobody')) return noSuchUser;
  if (localPart.startsWith('full')) return mailboxFull;
  if (localPart.startsWith('grey') && random.fraction() < 0.7) return greylisted;
  return undefined;
}

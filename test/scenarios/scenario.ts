/**
 * A whole relay and the stand-in for Microsoft 365 on one simulated clock, over real sockets and a real store. Time moves
 * only in `pass`, step by step, and each step begins when nothing is under way: what takes hours takes seconds.
 */
import { afterEach, expect } from 'vitest';
import type { Arrival, Sandbox, SandboxOptions } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import type { EventKind, EventOf } from '../../src/observe/event-table.ts';
import { FakeClock } from '../../src/platform/fake-clock.ts';
import type { Dns } from '../../src/platform/dns.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { makeWorkspace, sampleContent } from '../harness/workspace.ts';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

/** To be undone after the test, last first. */
export function owns(stop: () => Promise<unknown>): void {
  stops.push(stop);
}

export interface ScenarioOptions {
  readonly sandbox?: SandboxOptions;
  /** Connectors of the policy, once the stand-in has its ports. */
  connectors(
    sandbox: Sandbox,
  ): readonly Record<string, unknown>[] | Promise<readonly Record<string, unknown>[]>;
  readonly tenant?: Readonly<Record<string, unknown>>;
  /** Written into the workspace before the start, beside `ca.pem` and `client-secret`. */
  files?(sandbox: Sandbox): Promise<Readonly<Record<string, string>>>;
  /**
   * A peer takes connections and says nothing, so that steps are also taken while something is under way. Without one a step
   * that came during an attempt would be a timeout that no peer caused.
   */
  readonly silentPeer?: boolean;
  /** Also lets an MX lead to the loopback addresses of stand-ins. */
  readonly dns?: Dns;
}

/** Polls of the relay before a step is taken although something is under way, where a silent peer only ends in time. */
const silentPollsMax = 40;

/** Of a second each. */
const takeUpStepsMax = 1_200;

export class Scenario {
  readonly clock: FakeClock;
  readonly sandbox: Sandbox;
  readonly relay: TestRelay;
  /** Subjects of what the relay has answered 250 for, with the id it gave. */
  readonly accepted = new Map<string, string>();
  /** Further hosts at which messages may arrive. */
  readonly alsoAt: Sandbox[] = [];
  readonly #token: string;
  readonly #pollsMax: number;

  private constructor(
    clock: FakeClock,
    sandbox: Sandbox,
    relay: TestRelay,
    { token, pollsMax }: { readonly token: string; readonly pollsMax: number },
  ) {
    this.#pollsMax = pollsMax;
    this.clock = clock;
    this.sandbox = sandbox;
    this.relay = relay;
    this.#token = token;
  }

  static async start(options: ScenarioOptions): Promise<Scenario> {
    // TLS libraries read the clock of the machine, so simulated time begins there.
    const clock = new FakeClock(Date.now());
    const sandbox = await startSandbox({ messagesMax: 10_000, ...options.sandbox, clock });
    owns(() => sandbox.stop());
    const workspace = await makeWorkspace({
      policy: {
        tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'], ...options.tenant },
        sources: [{ name: 'erp', networks: ['127.0.0.1'], senders: ['*@contoso.com'] }],
        connectors: await options.connectors(sandbox),
      },
    });
    owns(async () => workspace[Symbol.asyncDispose]());
    await workspace.write('ca.pem', sandbox.caPem);
    await workspace.write('client-secret', sandbox.identity.secret);
    for (const [name, text] of Object.entries((await options.files?.(sandbox)) ?? {})) {
      await workspace.write(name, text);
    }
    const overrides = { clock, ...(options.dns && { dns: options.dns, isOwnAddress: () => false }) };
    const relay = await startTestRelay({ workspace, overrides });
    owns(async () => relay[Symbol.asyncDispose]());
    const pollsMax = options.silentPeer === true ? silentPollsMax : Infinity;
    return new Scenario(clock, sandbox, relay, { token: await relay.token(), pollsMax });
  }

  /** Hands in one message for each subject; every one is accepted. */
  async send(subjects: readonly string[], envelope: Partial<Envelope> = {}): Promise<void> {
    const { from = 'relay@contoso.com', to = 'ann@fabrikam.com' } = envelope;
    await using talk = await SmtpTalk.open(this.relay.port);
    await talk.say('EHLO erp.contoso.com');
    for (const subject of subjects) {
      const content = sampleContent(subject, to).replace('scanner@contoso.com', from);
      const { text } = await talk.send({ from, to: [to], content });
      const id = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/.exec(text)?.[0];
      if (id === undefined) throw new Error(`${subject}: ${text}`);
      this.accepted.set(subject, id);
    }
  }

  /** Lets `ms` go by; `each` is called at the beginning of every step. */
  async pass(ms: number, stepMs: number, each?: (passedMs: number) => Promise<void> | void): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      await each?.(passed);
      await this.#quiet();
      await this.clock.advance(Math.min(stepMs, ms - passed));
    }
    await this.#quiet();
  }

  /** Lets time go by until everything accepted has an end; fails after `limitMs` of it. */
  async untilSettled(limitMs: number, stepMs: number): Promise<void> {
    const end = this.clock.now() + limitMs;
    while (this.settled.size < this.accepted.size) {
      if (this.clock.now() > end) {
        const waiting = [...this.accepted].filter(([, id]) => !this.settled.has(id));
        const all = await Promise.all(waiting.map(async ([name]) => `${name}: ${await this.stateOf(name)}`));
        throw new Error(`after ${limitMs} ms still waiting:\n${all.join('\n')}`);
      }
      await this.pass(stepMs, stepMs);
    }
  }

  /**
   * Files of a connector are replaced, and nobody tells the relay: time goes by until it uses them. The system tells of the
   * change when it likes, so the number of steps is bounded, not the one at which it must have happened.
   */
  async takesUp(connector: string, replace: () => Promise<unknown>): Promise<void> {
    const version = (): number | undefined =>
      this.relay.relay.policy.current.connectors.get(connector)?.secretsVersion;
    const before = version();
    await replace();
    for (let step = 0; version() === before; step += 1) {
      if (step === takeUpStepsMax) throw new Error(`${connector} still uses the files of before`);
      await this.pass(second, second);
    }
  }

  /** By id: how each message ended. */
  get settled(): ReadonlyMap<string, string> {
    return new Map(this.events('settled').map(({ id, result }) => [id, result]));
  }

  events<K extends EventKind>(kind: K): readonly EventOf<K>[] {
    return this.relay.events.list.filter((event): event is EventOf<K> => event.kind === kind);
  }

  arrivals(subject: string): readonly Arrival[] {
    return [this.sandbox, ...this.alsoAt]
      .flatMap((sandbox) => sandbox.messages())
      .filter(({ content }) => content.toString('latin1').includes(`\r\nSubject: ${subject}\r\n`));
  }

  /**
   * Every message that was accepted came exactly once, or once more for each delivery that ended in doubt; nobody was told
   * of a failure.
   */
  expectAllDelivered(): void {
    const doubts = new Map<string, number>();
    for (const { id, inDoubt } of this.events('attempted')) {
      if (inDoubt > 0) doubts.set(id, (doubts.get(id) ?? 0) + inDoubt);
    }
    const wrong = [...this.accepted].flatMap(([subject, id]) => {
      const came = this.arrivals(subject).length;
      const [inDoubt, result] = [doubts.get(id) ?? 0, this.settled.get(id)];
      const isRight = came >= 1 && came <= 1 + inDoubt && result === 'relayed';
      return isRight ? [] : [{ subject, id, came, inDoubt, result }];
    });
    expect(wrong).toEqual([]);
    expect(this.events('notice')).toEqual([]);
    expect(this.sandbox.returned()).toEqual([]);
    expect(this.events('fault')).toEqual([]);
  }

  /** As the admin API tells it: what a waiting message waits for. */
  async reasonOf(subject: string): Promise<string> {
    const { recipients } = (await this.#ask(`/messages/${this.accepted.get(subject) ?? ''}`)) as {
      readonly recipients: readonly { readonly reason?: string }[];
    };
    return recipients[0]?.reason ?? '';
  }

  async stateOf(subject: string): Promise<string> {
    return this.storyOf(this.accepted.get(subject) ?? '');
  }

  /** All that the admin API tells of a message, also of one that the relay made. */
  async storyOf(id: string): Promise<string> {
    return JSON.stringify(await this.#ask(`/messages/${id}`));
  }

  /**
   * Nothing is under way, twice in a row: between two attempts the store may be asked for more. Its threads know nothing of
   * simulated time, so a look ends when what they were asked for before is done: else an hour may pass during one claim.
   */
  async #quiet(): Promise<void> {
    const { store } = this.relay.relay.queue;
    let still = 0;
    for (let poll = 0; poll < this.#pollsMax && still < 2; poll += 1) {
      // A write in its turn that concerns nothing, and a read.
      await store.release('nobody');
      await store.nextDue();
      const { items } = (await this.#ask('/connectors')) as {
        readonly items: readonly { readonly active: number }[];
      };
      still = items.every(({ active }) => active === 0) ? still + 1 : 0;
    }
  }

  async #ask(path: string): Promise<unknown> {
    const headers = { Authorization: `Bearer ${this.#token}` };
    const answer = await fetch(`${this.relay.relay.consoleUrl}/api/v1${path}`, { headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}

interface Envelope {
  readonly from: string;
  readonly to: string;
}

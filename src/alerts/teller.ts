/** Sends what channels are owed, each channel by itself, again and again with growing pauses until it is taken or moot. */
import type { Events } from '../observe/events.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import { formatInstant, plus } from '../platform/clock.ts';
import type { Alert, Owed, Told } from './alert.ts';
import { isOpen } from './alert.ts';
import type { Channel, Notice, Sent } from './channels/channel.ts';
import { rules } from './rules/rules.ts';

/** Pauses between tries; the last one repeats. */
const pausesMs = [15_000, 30_000, 60_000, 300_000, 900_000, 3_600_000] as const;
/** After so many tries a message is given up: some two days. */
const attemptsMax = 50;
/** Messages of one round to one channel: a storm does not become one of requests. */
const perRoundMax = 10;
const toldMax = 60;

export interface TellerOptions {
  readonly channels: readonly Channel[];
  readonly hostname: string;
  readonly clock: Clock;
  readonly events: Events;
  readonly current: () => readonly Alert[];
  readonly change: (id: string, make: (alert: Alert) => Alert) => void;
  /** Something was sent: what is not kept now is sent again after a crash. Never rejects. */
  readonly keep: () => Promise<void>;
}

export interface LastWord {
  readonly at: Instant;
  readonly ok: boolean;
  readonly detail: string;
}

export class Teller {
  readonly #options: TellerOptions;
  readonly #busy = new Set<string>();
  readonly #last = new Map<string, LastWord>();

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  /** Begins to send what is due; returns at once. */
  tell(): void {
    for (const channel of this.#options.channels) {
      if (this.#busy.has(channel.name)) continue;
      void this.#serve(channel);
    }
  }

  last(channel: string): LastWord | undefined {
    return this.#last.get(channel);
  }

  waiting(channel: string): number {
    return this.#options
      .current()
      .reduce((sum, { owed }) => sum + owed.filter((one) => one.channel === channel).length, 0);
  }

  noteSent(channel: string, { ok, detail }: Sent): void {
    this.#last.set(channel, { at: this.#options.clock.now(), ok, detail });
  }

  /** Sends a message that says that it is a test. */
  async test(channel: Channel): Promise<Sent> {
    const { clock, hostname } = this.#options;
    const at = formatInstant(clock.now());
    const sent = await channel.send({
      word: 'test',
      severity: 'warning',
      rule: 'test',
      title: 'Test of this channel',
      subject: 'relay',
      text: 'Somebody asked for this test. Nothing is the matter.',
      advice: 'Nothing. Alerts of the relay will arrive here.',
      hostname,
      alert: 'test',
      openedAt: at,
      at,
    });
    this.noteSent(channel.name, sent);
    return sent;
  }

  async #serve(channel: Channel): Promise<void> {
    this.#busy.add(channel.name);
    try {
      const now = this.#options.clock.now();
      const due = this.#options
        .current()
        .flatMap((alert) =>
          alert.owed
            .filter((owed) => owed.channel === channel.name && owed.notBefore <= now)
            .map((owed) => ({ alert, owed })),
        )
        .slice(0, perRoundMax);
      for (const { alert, owed } of due) {
        const sent = await channel.send(this.#noticeOf(alert, owed));
        this.noteSent(channel.name, sent);
        this.#note(alert.id, owed, sent);
        await this.#options.keep();
        // The next one would meet the same.
        if (!sent.ok) return;
      }
    } finally {
      this.#busy.delete(channel.name);
    }
  }

  #note(id: string, owed: Owed, { ok, detail, isFinal }: Sent): void {
    const { clock, events, change } = this.#options;
    const { channel, about } = owed;
    const at = clock.now();
    const attempts = owed.attempts + 1;
    const isOver = ok || isFinal === true || attempts >= attemptsMax;
    if (!ok && (attempts === 1 || isOver)) {
      events.emit({ kind: 'alert-not-sent', id, channel, text: detail, isGivenUp: isOver });
    }
    const pause = pausesMs[Math.min(attempts, pausesMs.length) - 1] ?? 0;
    change(id, (alert) => {
      const told: Told = { channel, about, at, ok, detail };
      const others = alert.told.filter((one) => one.channel !== channel || one.about !== about);
      // What is owed may be another thing by now: the alert grew worse, or was closed.
      const isSame = (one: Owed): boolean => one.channel === channel && one.about === about;
      const rest = alert.owed.flatMap((one) => {
        if (!isSame(one)) return [one];
        return isOver ? [] : [{ ...one, attempts, notBefore: plus(at, pause) }];
      });
      // It was closed while this was on its way.
      const isLate =
        ok && about !== 'closed' && !isOpen(alert) && !rest.some((one) => one.channel === channel);
      const closed: Owed = { channel, about: 'closed', attempts: 0, notBefore: at };
      return {
        ...alert,
        told: [...others, told].slice(-toldMax),
        owed: isLate ? [...rest, closed] : rest,
      };
    });
  }

  #noticeOf(alert: Alert, { about }: Owed): Notice {
    const { title, advice } = rules[alert.rule];
    const { clock, hostname } = this.#options;
    return {
      word: about,
      severity: alert.severity,
      rule: alert.rule,
      title,
      subject: alert.subject,
      text: alert.text,
      advice,
      hostname,
      alert: alert.id,
      openedAt: formatInstant(alert.openedAt),
      at: formatInstant(clock.now()),
      ...(alert.connector === undefined ? {} : { connector: alert.connector }),
      ...(alert.source === undefined ? {} : { source: alert.source }),
    };
  }
}

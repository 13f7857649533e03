/**
 * One audit entry for each call of a route that changes something, made from the route table: a new route is on record
 * without anybody thinking of it. Refused calls are as well, once it is known who asks.
 */
import type { FastifyRequest } from 'fastify';
import type { Route } from '../../../contract/route.ts';
import type { AuditLog } from '../../observe/audit/audit-log.ts';
import type { Clock, Instant, Milliseconds } from '../../platform/clock.ts';
import { plus } from '../../platform/clock.ts';
import type { AuditFacts } from '../caller.ts';
import type { Identity } from '../guard/identify.ts';
import { problemWords } from './problem-words.ts';

export class Recorded {
  readonly #audit: AuditLog;
  readonly #name: string;
  readonly #route: Route;
  readonly #request: FastifyRequest;
  readonly #address: string;
  readonly #identity: Identity;
  readonly #strangers: StrangerBudget;
  #facts: AuditFacts = {};

  constructor(
    audit: AuditLog,
    call: {
      readonly name: string;
      readonly route: Route;
      readonly request: FastifyRequest;
      readonly identity: Identity;
      readonly address: string;
    },
    strangers: StrangerBudget,
  ) {
    this.#audit = audit;
    this.#name = call.name;
    this.#route = call.route;
    this.#request = call.request;
    this.#address = call.address;
    this.#identity = call.identity;
    this.#strangers = strangers;
  }

  note(facts: AuditFacts): void {
    this.#facts = { ...this.#facts, ...facts };
  }

  /** The answer of `work` stands when its entry is stable. An answer that a replay gives changes nothing and has none. */
  async around<T extends { readonly status: number; readonly isReplay?: true }>(
    work: () => Promise<T>,
  ): Promise<T> {
    if (!leavesEntry(this.#route)) return work();
    let answer: T;
    try {
      answer = await work();
    } catch (error) {
      await this.#write(problemWords(error));
      throw error;
    }
    if (answer.isReplay !== true) await this.#write('ok');
    return answer;
  }

  async #write(result: string): Promise<void> {
    const { by, object, before, after } = this.#facts;
    const isStranger = this.#identity.via === 'nobody';
    if (isStranger && result !== 'ok' && !this.#strangers.take()) return;
    await this.#audit.append({
      by: by ?? this.#identity.name,
      via: this.#identity.via,
      address: this.#address,
      action: this.#name,
      ...present('object', object ?? objectOf(this.#request.params)),
      ...present('before', before),
      ...present('after', after),
      result,
    });
  }
}

export function leavesEntry(route: Route): boolean {
  if (route.audited) return true;
  return route.method !== 'GET' && route.readsOnly !== true;
}

function objectOf(params: unknown): string | undefined {
  const values = Object.values((params ?? {}) as Record<string, unknown>).map(String);
  return values.length === 0 ? undefined : values.join(' ');
}

function present(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value };
}

const strangersPerHour = 300;
const hourMs: Milliseconds = 3_600_000;

/**
 * Failed sign-ins are on record, but strangers must not be able to fill the disk with them: beyond this many in an hour
 * they are only counted by the lock-outs and logged.
 */
export class StrangerBudget {
  readonly #clock: Clock;
  #until = 0 as Instant;
  #left = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False: none is left in this hour. */
  take(): boolean {
    const now = this.#clock.now();
    if (now >= this.#until) {
      this.#until = plus(now, hourMs);
      this.#left = strangersPerHour;
    }
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}

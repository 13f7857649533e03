/**
 * One session on one stream: octets from the socket into the engine, events to their handlers, replies back.
 *
 * Everything that the commands of one chunk are answered with leaves in one write. While an answer is awaited
 * (queue commit, login), and while a client does not read its replies, nothing more is taken from the socket
 * than a bounded rest.
 */
import type { Socket } from 'node:net';
import type { Instant } from '../platform/clock.ts';
import { handleEvent } from './handle-event.ts';
import type { ListenerOptions } from './options.ts';
import { refuseAndEnd } from './refusal.ts';
import { engineFor } from './session-engine.ts';
import { type Client, SessionCore } from './session-core.ts';
import { internalError, tooManyCommands, transactionTooLong } from './session-refusals.ts';
import { beginTape, endTape } from './session-tape.ts';
import type { Tape } from '../observe/transcripts/tape.ts';
import type { Policy } from '../policy/policy.ts';

/** Octets taken from the socket while an answer is awaited. */
const bufferedBytesMax = 64 * 1024;
/** Octets of replies that are collected before they are sent: the EHLO commands of one chunk ask for megabytes. */
const repliesBytesMax = 64 * 1024;
/** How long a closed session may take to send its last reply before it is cut off. */
const lingerMs = 10_000;

export interface SessionOptions {
  readonly options: ListenerOptions;
  readonly policy: Policy;
  readonly client: Client;
  readonly ref: string;
  /** Messages accepted on this connection before STARTTLS. */
  readonly messages: number;
  /** STARTTLS was answered: the socket is to be handed to a handshake, and this session is over. */
  readonly upgrade: () => void;
}

export class Session {
  readonly core: SessionCore;
  readonly #socket: Socket;
  readonly #upgrade: () => void;
  readonly #tape: Tape | undefined;
  #awaiting = false;
  #paused = false;
  #blocked = false;
  #clientEnded = false;
  #activeAt: Instant;
  #endedAt: Instant | undefined;

  constructor(socket: Socket, given: SessionOptions) {
    this.#socket = socket;
    this.#upgrade = given.upgrade;
    const engine = engineFor(given);
    this.core = new SessionCore({ ...given, engine });
    this.core.messages = given.messages;
    this.#activeAt = this.core.now();
    this.#tape = beginTape(given, this.#activeAt);
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('drain', this.#onDrain);
    // Whoever read a PROXY header before us left the socket paused.
    socket.resume();
  }

  /** Sends the banner; not after STARTTLS (RFC 3207 4.2). */
  greet(): void {
    this.core.engine.say({ code: 220, text: `${this.core.options.hostname} ESMTP relay365` });
    this.#flush();
  }

  /** Time-outs: called now and then for all sessions, which is cheaper than a timer for each. */
  sweep(now: Instant): void {
    const { limits } = this.core.options.config;
    const { transaction } = this.core;
    if (this.#endedAt !== undefined) {
      if (now - this.#endedAt > lingerMs) this.#socket.destroy();
    } else if (transaction.kind === 'finishing') {
      // The client has done its part; the wait is ours.
    } else if (transaction.kind !== 'none' && now - transaction.startedAt > limits.transaction) {
      refuseAndEnd(this.core, transactionTooLong(limits.transaction), { stage: 'session' });
      this.#flush();
      this.#finish();
    } else if (!this.#awaiting && now - this.#activeAt > limits.idle) {
      this.core.endWith({ code: 421, enhanced: '4.4.2', text: 'Idle for too long' }, 'idle');
      this.#flush();
      this.#finish();
    }
  }

  /** No new transactions; a session that has none under way is told and ended now. */
  drain(): void {
    this.core.draining = true;
    this.#endWhenDrained();
  }

  /** The time to drain is over. */
  stop(): void {
    this.core.endWith({ code: 421, enhanced: '4.3.2', text: 'Service shutting down' }, 'shutdown');
    this.#flush();
    this.#finish();
  }

  /** The socket is closed: gives everything back. */
  dispose(): void {
    this.#detach();
    this.core.end('client-gone');
    if (this.#tape) endTape(this.core, this.#tape);
    if (this.core.countedSource !== undefined) {
      this.core.options.rates.connectionClosed(this.core.countedSource);
      this.core.countedSource = undefined;
    }
  }

  readonly #onData = (chunk: Buffer): void => {
    // After the end octets are still read and thrown away: to close with unread octets sends a reset, which
    // can take the last reply from the client.
    if (this.core.ending !== undefined) return;
    this.core.engine.feed(chunk);
    if (!this.#awaiting && !this.#blocked) this.#pump();
    else if (this.core.engine.buffered >= bufferedBytesMax) this.#pause();
  };

  readonly #onEnd = (): void => {
    this.#clientEnded = true;
    if (!this.#awaiting) this.#afterClientEnd();
  };

  readonly #onDrain = (): void => {
    if (!this.#blocked) return;
    this.#blocked = false;
    if (!this.#awaiting) this.#pump();
  };

  #pump(): void {
    const { core } = this;
    const now = core.now();
    while (core.ending === undefined && !core.upgrading) {
      const waiting = this.#step(now);
      if (waiting === undefined) break;
      if (waiting !== 'on') {
        this.#await(waiting);
        return;
      }
      if (core.engine.outputBytes > repliesBytesMax) {
        this.#flush();
        // The rest of the commands waits in the engine until the client has read.
        if (this.#blocked) return;
      }
    }
    this.#flush();
    if (core.ending !== undefined) this.#finish();
    else if (core.upgrading) this.#handOver();
    else if (this.#clientEnded) this.#afterClientEnd();
    else if (core.draining) this.#endWhenDrained();
    if (this.#paused && !this.#blocked) this.#resume();
  }

  /** One event; `undefined` when there is none, a promise when its answer must be waited for. */
  #step(now: Instant): 'on' | Promise<void> | undefined {
    try {
      const event = this.core.engine.next();
      if (event === undefined) return undefined;
      this.#activeAt = now;
      this.#tape?.client(event, now);
      if (this.core.engine.commands > this.core.options.config.limits.commands) {
        refuseAndEnd(this.core, tooManyCommands(this.core.options.config.limits.commands), {
          stage: 'command',
        });
        return undefined;
      }
      return handleEvent(this.core, event) ?? 'on';
    } catch (error) {
      this.#fault(error);
      return undefined;
    }
  }

  // Replies collected so far wait with this one: the client has already sent what they answer.
  #await(waiting: Promise<void>): void {
    this.#awaiting = true;
    waiting.then(this.#onAnswer, this.#onFault);
  }

  readonly #onAnswer = (): void => {
    this.#awaiting = false;
    this.#activeAt = this.core.now();
    if (!this.#socket.destroyed) this.#pump();
  };

  readonly #onFault = (error: unknown): void => {
    this.#awaiting = false;
    this.#fault(error);
    this.#flush();
    this.#finish();
  };

  /** A fault of ours, not of the client: told to the operator, and the session ends without harm to the queue. */
  #fault(error: unknown): void {
    const { events } = this.core.options;
    const text = error instanceof Error ? error.message : String(error);
    const stack = error instanceof Error ? error.stack : undefined;
    events.emit({ kind: 'fault', where: 'session', text, ...(stack === undefined ? {} : { stack }) });
    refuseAndEnd(this.core, internalError(text), { stage: 'session' });
  }

  #flush(): void {
    const output = this.core.engine.takeOutput();
    if (output === '') return;
    this.#tape?.relay(output, this.#activeAt);
    if (!this.#socket.writable) return;
    if (this.core.ending?.atOnce === true) return;
    if (!this.#socket.write(output, 'latin1')) {
      // A client that sends commands and reads no replies fills no memory of ours.
      this.#blocked = true;
      this.#pause();
    }
  }

  #finish(): void {
    if (this.#endedAt !== undefined) return;
    this.#endedAt = this.core.now();
    if (this.core.ending?.atOnce === true) {
      this.#socket.destroy();
      return;
    }
    this.#resume();
    this.#socket.end();
    if (this.#clientEnded) this.#socket.destroySoon();
  }

  #endWhenDrained(): void {
    const { core } = this;
    if (this.#awaiting || core.ending !== undefined || core.upgrading) return;
    if (core.transaction.kind === 'none' || core.transaction.kind === 'stranger') this.stop();
  }

  // The client has closed its side (FIN, close_notify): a transaction under way is broken off, because what is
  // missing can no longer come. A reset closes the socket and ends in `dispose`.
  #afterClientEnd(): void {
    this.core.end('client-closed');
    this.#flush();
    this.#finish();
  }

  #handOver(): void {
    this.#socket.pause();
    this.#detach();
    this.#upgrade();
  }

  #detach(): void {
    this.#socket.off('data', this.#onData);
    this.#socket.off('end', this.#onEnd);
    this.#socket.off('drain', this.#onDrain);
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#socket.pause();
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume();
  }
}

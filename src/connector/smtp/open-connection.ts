/**
 * Opens one connection to one address: connect, greeting, EHLO, TLS, EHLO again, login.
 *
 * Everything the peer says is untrusted. What was offered before TLS is forgotten after it (RFC 3207 4.2). No
 * password leaves without TLS unless the connector says `tls: off`. `required` never goes on in clear;
 * `opportunistic` does so on a connection of its own, after a first one without success.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Failure, Stage, TlsSummary } from '../../message/outcome.ts';
import type { NetAddress } from '../../platform/net.ts';
import { formatHostPort } from '../../platform/net.ts';
import type { Capabilities } from '../../protocol/smtp/client/capabilities.ts';
import { noCapabilities, parseCapabilities } from '../../protocol/smtp/client/capabilities.ts';
import { commandLine } from '../../protocol/smtp/client/command.ts';
import type { SmtpReply } from '../../protocol/smtp/client/reply-reader.ts';
import { isPositive } from '../../protocol/smtp/client/transaction.ts';
import { classifyReply } from '../classify-reply.ts';
import { setupFailure, wireFailure } from './connection-failure.ts';
import { Dialogue } from './dialogue.ts';
import type { Authenticate } from './login.ts';
import { logIn } from './login.ts';
import type { SmtpSettings } from './settings.ts';
import { secure } from './tls.ts';
import { Wire } from './wire.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly address: NetAddress;
}

export interface OpenConnection {
  readonly wire: Wire;
  readonly capabilities: Capabilities;
  readonly tls?: TlsSummary;
  /** `host:port`. */
  readonly host: string;
}

export type OpenResult =
  | { readonly kind: 'open'; readonly connection: OpenConnection }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** A step that failed; `clear`: with TLS as an option, a fresh connection may try without. */
export class OpeningFailed {
  readonly failure: Failure;
  readonly next: 'give-up' | 'clear';
  constructor(failure: Failure, next: 'give-up' | 'clear' = 'give-up') {
    this.failure = failure;
    this.next = next;
  }
}

export async function openConnection(
  endpoint: Endpoint,
  settings: SmtpSettings,
  signal: AbortSignal,
): Promise<OpenResult> {
  const { mode } = settings.tls;
  const first = await new Opening(endpoint, settings, signal).run(mode === 'off' ? 'clear' : 'tls');
  if (!(first instanceof OpeningFailed)) return { kind: 'open', connection: first };
  if (first.next === 'give-up' || mode !== 'opportunistic' || signal.aborted) {
    return { kind: 'failed', failure: first.failure };
  }
  const second = await new Opening(endpoint, settings, signal).run('clear');
  return second instanceof OpeningFailed
    ? { kind: 'failed', failure: second.failure }
    : { kind: 'open', connection: second };
}

/** One walk through the steps; it owns the wire until it hands it over. */
class Opening {
  readonly #endpoint: Endpoint;
  readonly #settings: SmtpSettings;
  readonly #signal: AbortSignal;
  readonly #host: string;
  #wire!: Wire;
  #dialogue!: Dialogue;
  #tls: TlsSummary | undefined;

  constructor(endpoint: Endpoint, settings: SmtpSettings, signal: AbortSignal) {
    this.#endpoint = endpoint;
    this.#settings = settings;
    this.#signal = signal;
    this.#host = formatHostPort(endpoint.host, endpoint.port);
  }

  async run(privacy: 'tls' | 'clear'): Promise<OpenConnection | OpeningFailed> {
    const connecting = await this.#connect();
    if (connecting) return connecting;
    const abort = (): void => this.#wire.fail({ kind: 'aborted' });
    this.#signal.addEventListener('abort', abort, { once: true });
    try {
      const result = await this.#greetAndSecure(privacy);
      if (result instanceof OpeningFailed) this.#wire.destroy();
      return result;
    } finally {
      this.#signal.removeEventListener('abort', abort);
    }
  }

  async #greetAndSecure(privacy: 'tls' | 'clear'): Promise<OpenConnection | OpeningFailed> {
    const { implicit } = this.#settings.tls;
    if (privacy === 'tls' && implicit) {
      const fault = await this.#secure();
      if (fault) return fault;
    }
    const greeting = await this.#step('greeting', this.#dialogue.next(this.#settings.timeouts.command));
    if (greeting instanceof OpeningFailed) return greeting;
    let capabilities = await this.#hello(privacy === 'clear' || this.#settings.tls.mode !== 'required');
    if (capabilities instanceof OpeningFailed) return capabilities;
    if (privacy === 'tls' && !implicit) {
      const secured = await this.#startTls(capabilities);
      if (secured instanceof OpeningFailed) return secured;
      capabilities = secured;
    }
    const refused = await this.#login(capabilities);
    if (refused) return refused;
    if (this.#dialogue.hasUnasked)
      return this.#protocolFault('hello', 'it sends replies that nobody asked for');
    this.#wire.expect(0);
    return {
      wire: this.#wire,
      capabilities,
      host: this.#host,
      ...(this.#tls && { tls: this.#tls }),
    };
  }

  async #connect(): Promise<OpeningFailed | undefined> {
    const { clock, timeouts, sourceAddress } = this.#settings;
    const { address, port, host } = this.#endpoint;
    const socket = connect({
      host: address.address,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      ...(sourceAddress !== undefined && { localAddress: sourceAddress }),
    });
    const fault = await connected(socket, clock, timeouts.connect, this.#signal);
    if (fault) {
      const place = address.address === host ? this.#host : `${this.#host} (${address.address})`;
      const where = { stage: 'connect', host: place, routeScope: this.#settings.routeScope } as const;
      return new OpeningFailed(wireFailure(fault, where));
    }
    this.#wire = new Wire(socket, clock);
    this.#dialogue = new Dialogue(this.#wire);
    return undefined;
  }

  /** RFC 5321 3.2: EHLO, and HELO for a server that does not know it, where nothing needed depends on EHLO. */
  async #hello(mayFallBack: boolean): Promise<Capabilities | OpeningFailed> {
    const { heloName, timeouts, login } = this.#settings;
    const answer = await this.#dialogue.ask(commandLine(`EHLO ${heloName}`), timeouts.command);
    if (answer.kind === 'fault') return this.#wireFault('hello', answer.fault);
    if (isPositive(answer.reply)) return parseCapabilities(answer.reply);
    if (answer.reply.code < 500 || !mayFallBack || login) return this.#refused('hello', answer.reply);
    const plain = await this.#step(
      'hello',
      this.#dialogue.ask(commandLine(`HELO ${heloName}`), timeouts.command),
    );
    return plain instanceof OpeningFailed ? plain : noCapabilities;
  }

  async #startTls(offered: Capabilities): Promise<Capabilities | OpeningFailed> {
    const { mode } = this.#settings.tls;
    if (!offered.startTls) {
      // Nothing to try on a fresh connection: this one has been in clear and honest from the start.
      if (mode === 'opportunistic') return offered;
      const text =
        'does not offer STARTTLS, and this connector requires TLS; a firewall that inspects SMTP may be hiding it';
      return this.#setupFault('tls', { code: 'tls-not-offered', text, status: '4.7.4' });
    }
    const answer = await this.#dialogue.ask(commandLine('STARTTLS'), this.#settings.timeouts.command);
    if (answer.kind === 'fault') return this.#wireFault('tls', answer.fault, 'clear');
    if (answer.reply.code !== 220) return this.#refused('tls', answer.reply, 'clear');
    const fault = await this.#secure();
    if (fault) return fault;
    // RFC 3207 4.2: what was offered in clear may have been changed on the way.
    return this.#hello(false);
  }

  async #secure(): Promise<OpeningFailed | undefined> {
    if (this.#dialogue.hasUnasked) {
      const text =
        'sent more than its answer to STARTTLS before the handshake: somebody on the way may be injecting replies';
      return this.#setupFault('tls', { code: 'starttls-injection', text, status: '4.7.5' });
    }
    const result = await secure(this.#wire, this.#settings.tls, {
      host: this.#endpoint.host,
      timeoutMs: this.#settings.timeouts.connect,
    });
    if (result.kind === 'failed') {
      const next = result.fault.isFinal || this.#settings.tls.implicit ? 'give-up' : 'clear';
      return this.#setupFault('tls', result.fault, next);
    }
    this.#tls = result.tls;
    this.#dialogue.listen();
    return undefined;
  }

  async #login(capabilities: Capabilities): Promise<OpeningFailed | undefined> {
    const { login, tls, timeouts } = this.#settings;
    const authenticate: Authenticate | undefined =
      this.#settings.authenticate ?? (login && ((...given) => logIn(login, ...given)));
    if (!authenticate) return undefined;
    if (!this.#tls && tls.mode !== 'off') {
      const text =
        'got no TLS, and a password does not go in clear; set `tls: required`, or `tls: off` to send it in clear';
      return this.#setupFault('login', { code: 'login-needs-tls', text, status: '4.7.0' });
    }
    const outcome = await authenticate(this.#dialogue, capabilities.auth, timeouts.command);
    switch (outcome.kind) {
      case 'accepted':
        return undefined;
      case 'no-mechanism':
        return this.#setupFault('login', { code: 'login-not-offered', text: outcome.text, status: '4.7.0' });
      case 'refused':
        return this.#refused('login', outcome.reply);
      case 'fault':
        return this.#wireFault('login', outcome.fault);
      case 'failed':
        return new OpeningFailed(outcome.failure);
    }
  }

  /** Awaits a reply that must be positive. */
  async #step(stage: Stage, pending: ReturnType<Dialogue['next']>): Promise<SmtpReply | OpeningFailed> {
    const answer = await pending;
    if (answer.kind === 'fault') return this.#wireFault(stage, answer.fault);
    return isPositive(answer.reply) ? answer.reply : this.#refused(stage, answer.reply);
  }

  #refused(stage: Stage, reply: SmtpReply, next?: 'clear'): OpeningFailed {
    const { routeScope } = this.#settings;
    return new OpeningFailed(classifyReply({ stage, reply, routeScope, host: this.#host }), next);
  }

  #wireFault(stage: Stage, fault: Parameters<typeof wireFailure>[0], next?: 'clear'): OpeningFailed {
    const { routeScope } = this.#settings;
    return new OpeningFailed(wireFailure(fault, { stage, host: this.#host, routeScope }), next);
  }

  #protocolFault(stage: Stage, text: string): OpeningFailed {
    return this.#wireFault(stage, { kind: 'protocol', text });
  }

  #setupFault(
    stage: Stage,
    fault: Parameters<typeof setupFailure>[0],
    next?: 'give-up' | 'clear',
  ): OpeningFailed {
    const { routeScope } = this.#settings;
    return new OpeningFailed(setupFailure(fault, { stage, host: this.#host, routeScope }), next);
  }
}

/** Resolves once the socket is connected, or with what prevented it; the socket is then destroyed. */
export function connected(
  socket: Socket,
  clock: SmtpSettings['clock'],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Parameters<typeof wireFailure>[0] | undefined> {
  return new Promise((resolve) => {
    const done = (fault?: Parameters<typeof wireFailure>[0]): void => {
      cancelTimer();
      signal.removeEventListener('abort', abort);
      socket.removeAllListeners('connect').removeAllListeners('error');
      if (fault) {
        socket.on('error', () => undefined);
        socket.destroy();
      }
      resolve(fault);
    };
    const abort = (): void => done({ kind: 'aborted' });
    const cancelTimer = clock.after(timeoutMs, () => done({ kind: 'timeout', afterMs: timeoutMs }));
    socket.once('connect', () => done());
    socket.once('error', (error: NodeJS.ErrnoException) => {
      done({ kind: 'error', code: error.code ?? 'EUNKNOWN', text: error.message });
    });
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
}

/** One connection from accept to close: PROXY header, handshake, session, and the session after STARTTLS. */
import type { Socket } from 'node:net';
import type { Instant } from '../platform/clock.ts';
import type { Policy } from '../policy/policy.ts';
import type { Refusal } from '../policy/verdict.ts';
import { normaliseAddress } from '../protocol/proxy/proxy-header.ts';
import { formatServerReply } from '../protocol/smtp/server/reply.ts';
import { admissionRefusal } from './admission.ts';
import { tlsFacts } from './client-certificate.ts';
import type { ConnectionCounts } from './connection-counts.ts';
import type { ListenerOptions } from './options.ts';
import { readProxyHeader } from './proxy-gate.ts';
import { Session } from './session.ts';
import type { TlsGate } from './tls-gate.ts';

type Phase =
  | { readonly kind: 'proxy-header'; readonly since: Instant }
  /** Time-outs of the handshake are the TLS layer's own. */
  | { readonly kind: 'handshake' }
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'refused'; readonly since: Instant }
  | { readonly kind: 'closed' };

/** How long a load balancer may take for its header, and a refused client to read its 421. */
const shortWaitMs = 5_000;

export interface Surroundings {
  readonly options: ListenerOptions;
  readonly counts: ConnectionCounts;
  readonly tls: TlsGate | undefined;
  /** Whether an address may, and so must, send a PROXY header. */
  readonly isProxy: (address: string) => boolean;
  /** Whether a policy knows sources by certificate. */
  readonly asksForCertificates: (policy: Policy) => boolean;
  readonly closed: (connection: Connection) => void;
}

export class Connection {
  readonly #raw: Socket;
  readonly #around: Surroundings;
  /** Sessions under way keep the policy that was in force when they began. */
  readonly #policy: Policy;
  readonly #ref: string;
  #address: string;
  #counted = false;
  #draining = false;
  #messages = 0;
  #endReason: string | undefined;
  #phase: Phase;

  constructor(raw: Socket, around: Surroundings) {
    this.#raw = raw;
    this.#around = around;
    const { options } = around;
    this.#policy = options.policy.current;
    this.#address = normaliseAddress(raw.remoteAddress ?? '');
    const now = options.clock.now();
    this.#ref = options.newId(now);
    this.#phase = { kind: 'proxy-header', since: now };
    // A reset is followed by `close`, which does all that is to be done.
    raw.on('error', () => {});
    raw.once('close', () => this.#close());
    // Without an address the client was gone before we looked.
    if (this.#address === '') raw.destroy();
    else if (around.isProxy(this.#address)) this.#readProxyHeader();
    else this.#admit();
  }

  sweep(now: Instant): void {
    const phase = this.#phase;
    if (phase.kind === 'session') phase.session.sweep(now);
    else if ((phase.kind === 'proxy-header' || phase.kind === 'refused') && now - phase.since > shortWaitMs) {
      this.#raw.destroy();
    }
  }

  drain(): void {
    this.#draining = true;
    if (this.#phase.kind === 'session') this.#phase.session.drain();
    else this.#raw.destroy();
  }

  /** Ends it without regard to a transaction. */
  stop(): void {
    if (this.#phase.kind === 'session') this.#phase.session.stop();
    else this.#raw.destroy();
  }

  destroy(): void {
    this.#raw.destroy();
  }

  #readProxyHeader(): void {
    readProxyHeader(this.#raw, {
      done: (header) => {
        if (header.kind === 'proxied') this.#address = normaliseAddress(header.address);
        this.#admit();
      },
      failed: (reason) => {
        this.#report('proxy-header', reason);
        this.#raw.destroy();
      },
    });
  }

  #admit(): void {
    const { options, counts } = this.#around;
    const refusal = admissionRefusal({
      policy: this.#policy,
      limits: options.config.limits,
      counts,
      address: this.#address,
      now: options.clock.now(),
    });
    if (refusal !== undefined) {
      this.#refuse(refusal);
      return;
    }
    counts.add(this.#address);
    this.#counted = true;
    if (options.config.tls === 'implicit') this.#handshake();
    else this.#begin(this.#raw, {}).greet();
  }

  #refuse({ code, enhanced, text: words, rule, explanation }: Refusal): void {
    const { events, config } = this.#around.options;
    this.#report(rule, explanation);
    this.#phase = { kind: 'refused', since: this.#around.options.clock.now() };
    // Under implicit TLS a handshake would be needed to say it, which is what is to be saved.
    if (this.#around.options.config.tls === 'implicit') {
      this.#raw.destroy();
      return;
    }
    events.emit({
      kind: 'refused',
      ref: this.#ref,
      address: this.#address,
      listener: config.name,
      stage: 'connect',
      reply: `${code} ${enhanced} ${words}`,
      rule,
      explanation,
    });
    const text = `${words} (ref ${this.#ref})`;
    this.#raw.end(formatServerReply({ code, enhanced, text }), 'latin1');
    this.#raw.resume();
    this.#raw.once('end', () => this.#raw.destroySoon());
  }

  #handshake(): void {
    const { tls, asksForCertificates } = this.#around;
    if (tls === undefined) throw new Error('a handshake on a listener without TLS');
    this.#phase = { kind: 'handshake' };
    const greeting = this.#around.options.config.tls === 'implicit';
    tls.secure(
      this.#raw,
      { requestCertificate: asksForCertificates(this.#policy) },
      {
        secured: (socket) => {
          socket.on('error', () => {});
          socket.once('close', () => this.#raw.destroy());
          const session = this.#begin(socket, tlsFacts(socket));
          if (greeting) session.greet();
        },
        failed: (error) => {
          this.#report('tls-handshake', error.message);
          this.#endReason = 'tls-handshake';
          this.#around.options.transcripts?.handshakeFailed(this.#ref);
          this.#raw.destroy();
        },
      },
    );
  }

  #begin(socket: Socket, tls: ReturnType<typeof tlsFacts> | Record<string, never>): Session {
    const session = new Session(socket, {
      options: this.#around.options,
      policy: this.#policy,
      client: { address: this.#address, ...tls },
      ref: this.#ref,
      messages: this.#messages,
      upgrade: () => this.#upgrade(session),
    });
    this.#phase = { kind: 'session', session };
    if (this.#draining) session.drain();
    return session;
  }

  // RFC 3207 4.2: nothing learned in clear is kept; the session after the handshake is a new one.
  #upgrade(session: Session): void {
    this.#messages = session.core.messages;
    session.dispose();
    this.#handshake();
  }

  #report(rule: string, text: string): void {
    const { events, config } = this.#around.options;
    events.emit({ kind: 'session-refused', address: this.#address, listener: config.name, rule, text });
  }

  #close(): void {
    const phase = this.#phase;
    if (phase.kind === 'closed') return;
    this.#phase = { kind: 'closed' };
    const { options, counts } = this.#around;
    const tls = phase.kind === 'session' ? phase.session.core.client.tls?.version : undefined;
    if (phase.kind === 'session') {
      phase.session.dispose();
      this.#messages = phase.session.core.messages;
      this.#endReason = phase.session.core.ending?.reason;
    }
    if (this.#counted) {
      counts.remove(this.#address);
      options.events.emit({
        kind: 'session-ended',
        address: this.#address,
        listener: options.config.name,
        reason: this.#endReason ?? 'client-gone',
        messages: this.#messages,
        ref: this.#ref,
        ...(tls !== undefined && { tls }),
      });
    }
    this.#around.closed(this);
  }
}

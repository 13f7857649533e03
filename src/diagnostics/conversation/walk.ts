/**
 * Holds one SMTP conversation with the client engine of the mail path, step by step: greeting, EHLO, STARTTLS, certificate,
 * EHLO again, login, MAIL, RCPT, then RSET and QUIT, or a test message. It ends at the first step that fails; what was
 * found until then is kept. RFC 5321 3.1 to 3.3, RFC 3207, RFC 4954.
 */
import type { TLSSocket } from 'node:tls';
import type { RouteTokens } from '../../connector/identity/route-tokens.ts';
import type { Authenticate } from '../../connector/smtp/login.ts';
import { logIn } from '../../connector/smtp/login.ts';
import type { SmtpSettings } from '../../connector/smtp/settings.ts';
import type { TlsFault } from '../../connector/smtp/tls.ts';
import { secure } from '../../connector/smtp/tls.ts';
import { Wire } from '../../connector/smtp/wire.ts';
import type { Stage } from '../../message/outcome.ts';
import type { ReversePath, Mailbox } from '../../protocol/address.ts';
import type { Capabilities } from '../../protocol/smtp/client/capabilities.ts';
import { noCapabilities, parseCapabilities } from '../../protocol/smtp/client/capabilities.ts';
import { commandLine } from '../../protocol/smtp/client/command.ts';
import type { SmtpReply } from '../../protocol/smtp/client/reply-reader.ts';
import { isPositive } from '../../protocol/smtp/client/transaction.ts';
import type { StepName, TlsReport } from './conversation.ts';
import type { Place } from './explain-step.ts';
import { refusal, tlsFinding, wireFinding } from './explain-step.ts';
import { RecordedDialogue } from './recorded-dialogue.ts';
import type { Recorder } from './recorder.ts';
import { certificateFinding, ehloFinding, handshakeFinding } from './tls-words.ts';
import { tlsReport } from './tls-report.ts';
import { transact } from './transact.ts';
import { presentToken } from './token-step.ts';

export interface WalkOptions {
  readonly settings: SmtpSettings;
  readonly place: Place & { readonly name: string };
  readonly recorder: Recorder;
  readonly tokens?: RouteTokens | undefined;
  /** Absent: the conversation ends before MAIL. */
  readonly sender: ReversePath | undefined;
  readonly recipient?: Mailbox | undefined;
  /** Content of the test message; absent: nothing is sent. */
  readonly content?: Buffer | undefined;
  readonly signal: AbortSignal;
}

function loginWithoutTls({ host, overheard }: Place) {
  if (overheard) {
    return {
      outcome: 'fail' as const,
      explained: `${host} takes no password in clear, and the client did not switch to TLS.`,
      advice:
        'Switch STARTTLS on in the client; `authWithoutTls` of the listener only for devices that cannot.',
      code: 'auth-needs-tls',
    };
  }
  return {
    outcome: 'fail' as const,
    explained: `${host} offers no login in clear, and this connector has \`tls: off\`, although the server offers STARTTLS`,
    advice: 'Set `tls: required`, so that the login goes over TLS.',
    code: 'login-needs-tls',
  };
}

/** Ends a conversation; the step that failed is on record. */
class Ended extends Error {}

/** `socket` is connected, and belongs to the walk. Never rejects for what the other side does. */
export async function walk(socket: import('node:net').Socket, options: WalkOptions): Promise<void> {
  await new Walk(socket, options).run();
}

export class Walk {
  readonly options: WalkOptions;
  readonly wire: Wire;
  readonly dialogue: RecordedDialogue;
  capabilities: Capabilities = noCapabilities;
  tls: TlsReport | undefined;

  constructor(socket: import('node:net').Socket, options: WalkOptions) {
    this.options = options;
    this.wire = new Wire(socket, options.settings.clock);
    this.dialogue = new RecordedDialogue(this.wire, options.recorder);
  }

  get timeoutMs(): number {
    return this.options.settings.timeouts.command;
  }

  async run(): Promise<void> {
    const abort = (): void => this.wire.fail({ kind: 'aborted' });
    this.options.signal.addEventListener('abort', abort, { once: true });
    try {
      await this.#open();
      await this.#login();
      if (this.options.sender !== undefined) await transact(this);
      await this.step('quit', 'operator', commandLine('QUIT'), 'The conversation ended in order.');
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
    } finally {
      this.options.signal.removeEventListener('abort', abort);
      this.wire.destroy();
    }
  }

  /** Sends a line, or awaits what comes unasked, and takes a positive reply; otherwise the conversation ends. */
  async step(name: StepName, stage: Stage, line: string | undefined, explained: string): Promise<SmtpReply> {
    const { recorder, place } = this.options;
    const answer = await (line === undefined
      ? this.dialogue.next(this.timeoutMs)
      : this.dialogue.ask(line, this.timeoutMs));
    if (answer.kind === 'fault') return this.fail(name, wireFinding(stage, answer.fault, place));
    if (!isPositive(answer.reply) && !(name === 'data' && answer.reply.code === 354)) {
      return this.fail(name, refusal(stage, answer.reply, place));
    }
    recorder.add(name, { explained });
    return answer.reply;
  }

  fail(name: StepName, finding: Parameters<Recorder['add']>[1]): never {
    this.options.recorder.add(name, finding);
    throw new Ended();
  }

  async #open(): Promise<void> {
    const { implicit, mode } = this.options.settings.tls;
    if (implicit && mode !== 'off') await this.#handshake();
    await this.step('greeting', 'greeting', undefined, 'The server is there and speaks SMTP.');
    await this.#hello(this.tls ? 'ehlo-tls' : 'ehlo');
    if (this.tls || mode === 'off') return;
    if (!this.capabilities.startTls) {
      this.#withoutStartTls(mode);
      return;
    }
    const reply = await this.step('starttls', 'tls', commandLine('STARTTLS'), 'The server is ready for TLS.');
    if (reply.code !== 220) this.fail('starttls', refusal('tls', reply, this.options.place));
    await this.#handshake();
    await this.#hello('ehlo-tls');
  }

  #withoutStartTls(mode: 'opportunistic' | 'required'): void {
    const text = 'does not offer STARTTLS';
    const fault: TlsFault = { code: 'tls-not-offered', text, status: '4.7.4', isFinal: false };
    const finding = tlsFinding(fault, this.options.place);
    if (mode === 'required') this.fail('starttls', finding);
    this.options.recorder.add('starttls', {
      ...finding,
      outcome: 'warn',
      explained: `${finding.explained}: what follows goes in clear.`,
    });
  }

  async #hello(name: 'ehlo' | 'ehlo-tls'): Promise<void> {
    const { recorder, place, settings } = this.options;
    const answer = await this.dialogue.ask(commandLine(`EHLO ${settings.heloName}`), this.timeoutMs);
    if (answer.kind === 'fault') this.fail(name, wireFinding('hello', answer.fault, place));
    if (isPositive(answer.reply)) {
      this.capabilities = parseCapabilities(answer.reply);
      recorder.add(name, ehloFinding(answer.reply, this.capabilities, name));
      return;
    }
    // RFC 5321 3.2: a server that does not know EHLO is asked with HELO, where nothing needed depends on EHLO.
    if (answer.reply.code < 500 || settings.tls.mode === 'required' || this.#wantsLogin) {
      this.fail(name, refusal('hello', answer.reply, place));
    }
    await this.step(
      name,
      'hello',
      commandLine(`HELO ${settings.heloName}`),
      'The server knows HELO only: no extensions, no TLS, no login.',
    );
    this.capabilities = noCapabilities;
  }

  async #handshake(): Promise<void> {
    const { recorder, place, settings } = this.options;
    const serverName = settings.tls.serverName ?? place.name;
    let judged: TlsFault | undefined;
    const result = await secure(this.wire, settings.tls, {
      host: place.name,
      timeoutMs: settings.timeouts.connect,
      seen: (socket: TLSSocket, fault) => {
        judged = fault;
        this.tls = tlsReport(socket, {
          serverName,
          now: settings.clock.now(),
          verified: fault === undefined,
        });
      },
    });
    if (!this.tls) {
      const fault = result.kind === 'failed' ? result.fault : undefined;
      return this.fail(
        'tls',
        fault ? tlsFinding(fault, place) : { outcome: 'fail', explained: 'no handshake' },
      );
    }
    recorder.add('tls', handshakeFinding(this.tls));
    const finding = certificateFinding(this.tls, judged && tlsFinding(judged, place));
    if (result.kind === 'failed') return this.fail('certificate', { ...finding, outcome: 'fail' });
    recorder.add('certificate', finding);
    this.dialogue.listen();
    return undefined;
  }

  get #wantsLogin(): boolean {
    const { login, authenticate } = this.options.settings;
    return login !== undefined || authenticate !== undefined;
  }

  async #login(): Promise<void> {
    const { settings, place, recorder } = this.options;
    const { login } = settings;
    const authenticate: Authenticate | undefined =
      settings.authenticate ?? (login && ((...given) => logIn(login, ...given)));
    if (!authenticate) return;
    if (!this.tls && settings.tls.mode !== 'off') {
      this.fail('auth', {
        outcome: 'fail',
        explained: 'There is no TLS, and a password does not go in clear.',
        advice: 'Set `tls: required`, or `tls: off` to send the password in clear.',
        code: 'login-needs-tls',
      });
    }
    await presentToken(this);
    const outcome = await authenticate(this.dialogue, this.capabilities.auth, this.timeoutMs);
    switch (outcome.kind) {
      case 'accepted':
        recorder.add('auth', { explained: 'The login is taken.' });
        return;
      case 'no-mechanism':
        // RFC 3207 4.2: what is offered may differ after TLS, and a login mostly is offered only then.
        if (!this.tls && this.capabilities.startTls) return this.fail('auth', loginWithoutTls(place));
        return this.fail('auth', {
          outcome: 'fail',
          explained: `${place.host} ${outcome.text}`,
          advice: 'Check host and port (587 for logins), and that TLS is on before the login.',
          code: 'login-not-offered',
        });
      case 'refused':
        return this.fail('auth', refusal('login', outcome.reply, place));
      case 'fault':
        return this.fail('auth', wireFinding('login', outcome.fault, place));
      case 'failed':
        return this.fail('auth', {
          outcome: 'fail',
          explained: outcome.failure.text,
          code: outcome.failure.code,
        });
      default:
        return outcome satisfies never;
    }
  }
}

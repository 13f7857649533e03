/** Sign-ins of people for connectors that are under way in this process: one for each connector, kept when it succeeds. */
import type { SignInProgress } from '../admin/connectors/sign-in-control.ts';
import type { DeviceSignIn } from '../connector/device-sign-in.ts';
import { openDeviceSignIn } from '../connector/device-sign-in.ts';
import type { ConnectorEnvironment, ConnectorSecrets } from '../connector/environment.ts';
import type { ConnectorConfig } from '../config/policy-schema.ts';
import type { DeviceCode } from '../connector/identity/device-code.ts';
import type { SignInFiles } from './sign-ins.ts';

/** To get a code, in milliseconds; the wait for the person ends with the code. */
const beginMs = 20_000;

export interface SignInDeskOptions {
  readonly signIns: SignInFiles;
  readonly environment: Omit<ConnectorEnvironment, 'secrets'>;
  secretsOf(connector: string): ConnectorSecrets;
}

interface Underway {
  progress: SignInProgress;
  readonly stop: AbortController;
}

export class SignInDesk implements AsyncDisposable {
  readonly #options: SignInDeskOptions;
  readonly #underway = new Map<string, Underway>();
  readonly #waits = new Set<Promise<void>>();

  constructor(options: SignInDeskOptions) {
    this.#options = options;
  }

  /**
   * Asks for a code; one that was shown before counts no more here. Throws `TypeError` where the connector takes no sign-in,
   * and rejects with words when no code can be had.
   */
  async begin(config: ConnectorConfig): Promise<SignInProgress> {
    const { environment } = this.#options;
    const secrets = this.#options.secretsOf(config.name);
    const session = openDeviceSignIn(config, { ...environment, secrets });
    this.#underway.get(config.name)?.stop.abort(new Error('another sign-in was begun'));
    const stop = new AbortController();
    try {
      const code = await session.begin(AbortSignal.any([stop.signal, AbortSignal.timeout(beginMs)]));
      const { userCode, verificationUri: url, expiresAt } = code;
      const entry: Underway = { progress: { kind: 'waiting', code: userCode, url, expiresAt }, stop };
      this.#underway.set(config.name, entry);
      const wait = this.#wait(config.name, entry, session, code);
      this.#waits.add(wait);
      void wait.then(() => this.#waits.delete(wait));
      return entry.progress;
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** `undefined`: none was begun since the start. */
  progress(connector: string): SignInProgress | undefined {
    return this.#underway.get(connector)?.progress;
  }

  /** Until when the sign-in that is kept lasts. */
  endOf(connector: string): ReturnType<SignInFiles['endOf']> {
    return this.#options.signIns.endOf(connector);
  }

  /** Never rejects: what went wrong is the progress. */
  async #wait(connector: string, entry: Underway, session: DeviceSignIn, code: DeviceCode): Promise<void> {
    const { clock } = this.#options.environment;
    try {
      await using used = session;
      const result = await used.wait(code, entry.stop.signal);
      if (result.kind === 'failed') {
        entry.progress = { kind: 'failed', at: clock.now(), text: result.text };
        return;
      }
      await this.#options.signIns.keep(connector, result.signIn);
      const who = result.token.claims?.person;
      entry.progress = { kind: 'done', at: clock.now(), ...(who !== undefined && { who }) };
    } catch (error) {
      entry.progress = { kind: 'failed', at: clock.now(), text: (error as Error).message };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { stop } of this.#underway.values()) stop.abort(new Error('the relay is stopping'));
    await Promise.all(this.#waits);
  }
}

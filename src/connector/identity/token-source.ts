/**
 * Access tokens for one route: fetched once for all who ask at the same time, kept by the whole credential, renewed
 * ahead of their end. A changed secret is another credential, so the next question uses it.
 */
import type { Dispatcher } from 'undici';
import type { Failure } from '../../message/outcome.ts';
import type { Clock, Instant } from '../../platform/clock.ts';
import { plus } from '../../platform/clock.ts';
import type { AccessToken } from './access-token.ts';
import type { OAuthCredential } from './credential.ts';
import { credentialKey } from './credential.ts';
import { answerFailure, mismatchFailure } from './token-failure.ts';
import type { TokenNeed } from './token-need.ts';
import { judgeToken } from './token-need.ts';
import type { TokenAnswer } from './token-request.ts';
import { requestToken } from './token-request.ts';

/** "Refresh when less than 10 minutes remain"; of a shorter life, the last quarter. */
const renewAheadMs = 10 * 60_000;
/** A failure is the answer to whoever asks within this time, so that a full queue does not storm the token endpoint. */
const failureHoldMs = 5_000;

export type TokenResult =
  | { readonly kind: 'token'; readonly token: AccessToken }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface TokenSourceOptions {
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  /** Asked for at each question, so that a renewed secret may count at once. */
  credential(): OAuthCredential;
  readonly need: TokenNeed;
  /** Time for one token, milliseconds. */
  readonly timeoutMs: number;
  readonly environment?: NodeJS.ProcessEnv;
  /** As `proxyNote` says it, for failures. */
  readonly way?: string;
  /** Is told each question that was really asked. */
  readonly onRequest?: (result: 'issued' | 'failed') => void;
}

interface Entry {
  readonly key: string;
  token?: AccessToken;
  failed?: { readonly at: Instant; readonly failure: Failure };
  underWay?: Promise<TokenResult>;
}

export class TokenSource {
  readonly #options: TokenSourceOptions;
  readonly #ended = new AbortController();
  #entry: Entry = { key: '' };

  constructor(options: TokenSourceOptions) {
    this.#options = options;
  }

  /** A token that is good for the route; never rejects. One that is soon to end is renewed behind the back of the caller. */
  get(): Promise<TokenResult> {
    const credential = this.#options.credential();
    const entry = this.#entryFor(credential);
    const now = this.#options.clock.now();
    const { token, failed } = entry;
    const isRecent = failed !== undefined && now - failed.at < failureHoldMs;
    if (token && token.expiresAt > now) {
      if (now >= renewAt(token) && !isRecent) void this.#fetch(entry, credential);
      return Promise.resolve({ kind: 'token', token });
    }
    if (isRecent) return Promise.resolve({ kind: 'failed', failure: failed.failure });
    return this.#fetch(entry, credential);
  }

  /** The server refused this token (consent or permission has changed): another one, which all others then use too. */
  renew(refused: AccessToken): Promise<TokenResult> {
    const credential = this.#options.credential();
    const entry = this.#entryFor(credential);
    if (entry.token === refused) delete entry.token;
    return this.get();
  }

  /** Ends what is under way. */
  close(): void {
    this.#ended.abort(new Error('the connector is closed'));
  }

  #entryFor(credential: OAuthCredential): Entry {
    const key = credentialKey(credential);
    if (this.#entry.key !== key) this.#entry = { key };
    return this.#entry;
  }

  #fetch(entry: Entry, credential: OAuthCredential): Promise<TokenResult> {
    entry.underWay ??= this.#ask(credential).then((result) => {
      delete entry.underWay;
      if (result.kind === 'token') {
        entry.token = result.token;
        delete entry.failed;
      } else entry.failed = { at: this.#options.clock.now(), failure: result.failure };
      this.#options.onRequest?.(result.kind === 'token' ? 'issued' : 'failed');
      return result;
    });
    return entry.underWay;
  }

  async #ask(credential: OAuthCredential): Promise<TokenResult> {
    const { clock, dispatcher, need, timeoutMs, way, environment = process.env } = this.#options;
    const deadline = new AbortController();
    const cancel = clock.after(timeoutMs, () =>
      deadline.abort(new Error(`no answer within ${Math.round(timeoutMs / 1000)} s`)),
    );
    const signal = AbortSignal.any([deadline.signal, this.#ended.signal]);
    let answer: TokenAnswer;
    try {
      answer = await requestToken(credential, { clock, dispatcher, signal, environment });
    } finally {
      cancel();
    }
    if (answer.kind !== 'token') return { kind: 'failed', failure: answerFailure(answer, credential, way) };
    const mismatch = judgeToken(answer.token, need, clock.now());
    return mismatch
      ? { kind: 'failed', failure: mismatchFailure(mismatch) }
      : { kind: 'token', token: answer.token };
  }
}

/** The same for an attempt that may be called off; what is under way goes on for the others. */
export function tokenUnlessStopped(
  asked: Promise<TokenResult>,
  signal: AbortSignal,
): Promise<TokenResult | { readonly kind: 'not-tried' }> {
  if (signal.aborted) return Promise.resolve({ kind: 'not-tried' });
  return new Promise((resolve) => {
    const stop = (): void => resolve({ kind: 'not-tried' });
    signal.addEventListener('abort', stop, { once: true });
    // It never rejects.
    void asked.then((result) => {
      signal.removeEventListener('abort', stop);
      resolve(result);
    });
  });
}

function renewAt({ fetchedAt, expiresAt }: AccessToken): Instant {
  const life = expiresAt - fetchedAt;
  return plus(expiresAt, -Math.min(renewAheadMs, life / 4));
}

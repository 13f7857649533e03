/**
 * Signs a person in by a code that is typed into a browser anywhere: RFC 8628, "Microsoft identity platform and the OAuth
 * 2.0 device authorization grant flow", Microsoft Learn. Answers are untrusted; the person's words never reach the relay.
 */
import * as oauth from 'oauth4webapi';
import type { Dispatcher } from 'undici';
import type { Clock, Instant } from '../../platform/clock.ts';
import { plus } from '../../platform/clock.ts';
import { safeText } from '../../protocol/mail/field-writer.ts';
import type { OAuthCredential } from './credential.ts';
import { entraRequest, reasonOf, tokenAnswer } from './entra-endpoint.ts';
import type { KeptSignIn } from './sign-in.ts';
import type { TokenAnswer } from './token-request.ts';

export interface DeviceCodeOptions {
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

/** What the person is shown. */
export interface DeviceCode {
  readonly userCode: string;
  readonly verificationUri: string;
  readonly expiresAt: Instant;
  /** Secret: whoever has it gets the tokens. */
  readonly deviceCode: string;
  /** Pause between two questions, milliseconds. */
  readonly intervalMs: number;
}

export type SignInResult =
  | {
      readonly kind: 'signed-in';
      readonly signIn: KeptSignIn;
      readonly token: Extract<TokenAnswer, { kind: 'token' }>['token'];
    }
  /** What is wrong, in words. */
  | { readonly kind: 'failed'; readonly text: string };

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
/** RFC 8628 3.2 and 3.5: the pause where none is named, and what `slow_down` adds to it. */
const intervalMsDefault = 5_000;
const slowDownMs = 5_000;
/** RFC 8628 leaves both to the server; a code that lives for days is none. */
const lifeMsMax = 3_600_000;
const intervalMsMax = 60_000;

/** Asks for a code. Rejects with words for people. */
export async function requestDeviceCode(
  credential: OAuthCredential,
  options: DeviceCodeOptions,
): Promise<DeviceCode> {
  const { server, client, options: http } = entraRequest(credential, options);
  try {
    const response = await oauth.deviceAuthorizationRequest(
      server,
      client,
      oauth.None(),
      { scope: credential.scope },
      http,
    );
    const answer = await oauth.processDeviceAuthorizationResponse(server, client, response);
    const intervalMs = answer.interval === undefined ? intervalMsDefault : answer.interval * 1000;
    return {
      userCode: safeText(answer.user_code, 50),
      verificationUri: safeText(answer.verification_uri, 500),
      deviceCode: answer.device_code,
      expiresAt: plus(options.clock.now(), Math.min(answer.expires_in * 1000, lifeMsMax)),
      intervalMs: Math.min(intervalMs, intervalMsMax),
    };
  } catch (error) {
    throw new Error(`${credential.authority} gave no code: ${wordsOf(error)}`, { cause: error });
  }
}

/** Asks until the person has signed in, has refused, or the code has ended. Rejects when `signal` is aborted. */
export async function waitForSignIn(
  credential: OAuthCredential,
  code: DeviceCode,
  options: DeviceCodeOptions,
): Promise<SignInResult> {
  const { clock, signal } = options;
  let { intervalMs } = code;
  while (clock.now() < code.expiresAt) {
    await pause(clock, intervalMs, signal);
    const answer = await ask(credential, code, options);
    if (answer.kind === 'token') return keep(credential, answer, clock);
    if (answer.kind === 'refused') {
      if (answer.error === 'slow_down') intervalMs = Math.min(intervalMs + slowDownMs, intervalMsMax);
      else if (answer.error !== 'authorization_pending') {
        return failed(`${answer.error}: ${answer.description}`);
      }
    } else if (answer.kind === 'unexpected' && answer.status < 500) {
      return failed(`the token endpoint answered ${answer.status}: ${answer.text}`);
    }
    // RFC 8628 3.5: a connection that breaks is no answer, and the question is asked again.
  }
  return failed('the code has ended before anybody signed in');
}

async function ask(
  credential: OAuthCredential,
  { deviceCode }: DeviceCode,
  options: DeviceCodeOptions,
): Promise<TokenAnswer> {
  const { server, client, options: http } = entraRequest(credential, options);
  try {
    const response = await oauth.genericTokenEndpointRequest(
      server,
      client,
      oauth.None(),
      grantType,
      { device_code: deviceCode },
      http,
    );
    return await tokenAnswer(response, options.clock, () =>
      oauth.processDeviceCodeResponse(server, client, response),
    );
  } catch (error) {
    options.signal.throwIfAborted();
    return { kind: 'unreachable', text: reasonOf(error) };
  }
}

function keep(
  { authority, tenantId = '', clientId = '' }: OAuthCredential,
  { token, refreshToken }: Extract<TokenAnswer, { kind: 'token' }>,
  clock: Clock,
): SignInResult {
  if (refreshToken === undefined) {
    return failed('the answer has no refresh token: does the application allow public client flows?');
  }
  const now = clock.now();
  const signIn = { authority, tenantId, clientId, refreshToken, signedInAt: now, usedAt: now };
  return { kind: 'signed-in', signIn, token };
}

function failed(text: string): SignInResult {
  return { kind: 'failed', text: safeText(text.replaceAll(/\s+/g, ' '), 500) };
}

function wordsOf(error: unknown): string {
  const words =
    error instanceof oauth.ResponseBodyError
      ? `${error.error}: ${error.error_description ?? ''}`
      : reasonOf(error);
  return safeText(words.replaceAll(/\s+/g, ' '), 500);
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}

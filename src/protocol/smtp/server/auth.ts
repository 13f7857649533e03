/** AUTH PLAIN (RFC 4616) and LOGIN as exchanges of lines: RFC 4954. Passwords leave only in the `login` step. */
import { isUtf8 } from 'node:buffer';
import type { AuthMechanism } from './capabilities.ts';
import { argumentFault, type Fault } from './fault.ts';

/** Where an exchange stands: what the next line of the client will be. */
export type AuthExchange =
  | { readonly mechanism: 'PLAIN'; readonly expects: 'message' }
  | { readonly mechanism: 'LOGIN'; readonly expects: 'username' }
  | { readonly mechanism: 'LOGIN'; readonly expects: 'password'; readonly username: string };

export type AuthStep =
  | { readonly kind: 'continue'; readonly exchange: AuthExchange; readonly challenge: string }
  | {
      readonly kind: 'login';
      readonly mechanism: AuthMechanism;
      readonly username: string;
      readonly password: string;
    }
  | { readonly kind: 'fault'; readonly fault: Fault };

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;
const userNameBytesMax = 255;

/** Begins an exchange. `initial`: the initial response as sent, `undefined` without one. */
export function beginAuth(
  mechanism: AuthMechanism,
  initial: string | undefined,
  options: { readonly plainPrompts: boolean },
): AuthStep {
  const exchange: AuthExchange =
    mechanism === 'PLAIN' ? { mechanism, expects: 'message' } : { mechanism, expects: 'username' };
  if (initial !== undefined) {
    // RFC 4954 4: `=` is an initial response of no octets.
    return continueAuth(exchange, initial === '=' ? '' : initial, options);
  }
  return { kind: 'continue', exchange, challenge: challengeOf(exchange, options) };
}

/** Takes the client's next line. */
export function continueAuth(
  exchange: AuthExchange,
  line: string,
  options: { readonly plainPrompts: boolean },
): AuthStep {
  if (line === '*') return { kind: 'fault', fault: cancelled };
  const response = decode(line);
  if (response === undefined) return { kind: 'fault', fault: argumentFault('Response is not base64') };
  switch (exchange.expects) {
    case 'message':
      return plainLogin(response);
    case 'username': {
      const username = response.toString('utf8');
      const next: AuthExchange = { mechanism: 'LOGIN', expects: 'password', username };
      if (!isUserName(username)) return { kind: 'fault', fault: malformed };
      return { kind: 'continue', exchange: next, challenge: challengeOf(next, options) };
    }
    case 'password':
      return {
        kind: 'login',
        mechanism: 'LOGIN',
        username: exchange.username,
        password: response.toString('utf8'),
      };
  }
}

// RFC 4616 2: [authzid] NUL authcid NUL passwd.
function plainLogin(response: Buffer): AuthStep {
  const first = response.indexOf(0);
  const second = first < 0 ? -1 : response.indexOf(0, first + 1);
  if (second < 0 || response.indexOf(0, second + 1) >= 0 || !isUtf8(response)) {
    return { kind: 'fault', fault: malformed };
  }
  const authorization = response.toString('utf8', 0, first);
  const username = response.toString('utf8', first + 1, second);
  const password = response.toString('utf8', second + 1);
  if (!isUserName(username)) return { kind: 'fault', fault: malformed };
  // Nobody acts for somebody else here: CVE-2023-27582 is what comes of taking one name and checking the other.
  if (authorization !== '' && authorization !== username) return { kind: 'fault', fault: otherIdentity };
  return { kind: 'login', mechanism: 'PLAIN', username, password };
}

// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f]/;

function isUserName(name: string): boolean {
  return name !== '' && Buffer.byteLength(name) <= userNameBytesMax && !controls.test(name);
}

function decode(line: string): Buffer | undefined {
  return line.length % 4 === 0 && base64.test(line) ? Buffer.from(line, 'base64') : undefined;
}

function challengeOf(exchange: AuthExchange, options: { readonly plainPrompts: boolean }): string {
  if (exchange.expects === 'message') return '';
  const prompt = exchange.expects === 'username' ? 'Username:' : 'Password:';
  return options.plainPrompts ? prompt : Buffer.from(prompt).toString('base64');
}

const cancelled: Fault = {
  code: 501,
  enhanced: '5.7.0',
  text: 'Authentication cancelled',
  rule: 'auth-cancelled',
  explanation: 'the client ended the exchange with *',
};

const malformed: Fault = {
  code: 501,
  enhanced: '5.5.2',
  text: 'Malformed credentials',
  rule: 'auth-syntax',
  explanation: 'the response does not hold a user name and a password in the form of the mechanism',
};

const otherIdentity: Fault = {
  code: 535,
  enhanced: '5.7.8',
  text: 'Authorization identity differs from the user name',
  rule: 'auth-identity',
  explanation: 'the client asked to act as another user (authzid); a login counts only for itself',
};

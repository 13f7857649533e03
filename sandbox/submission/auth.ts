/**
 * AUTH LOGIN and AUTH XOAUTH2 (RFC 4954): the conversation only; who may come in is `LoginDesk`'s to say.
 * Outside TLS no mechanism is known, so all are answered as PLAIN is: `504 5.7.4` (mattermost/mattermost#954).
 */
import type { Handler, Refusal } from '../smtp/endpoint.ts';
import { replies } from '../smtp/replies.ts';
import type { After, Login, SmtpSession } from '../smtp/session.ts';
import { readXoauth2, type Xoauth2, type Xoauth2Read } from './xoauth2.ts';

export type LoginVerdict =
  | { readonly ok: true; readonly login: Login }
  /** `why` is for the log of the stand-in. */
  | { readonly ok: false; readonly reply: string; readonly why: string };

export interface LoginDesk {
  password(user: string, password: string): LoginVerdict;
  token(credentials: Xoauth2): LoginVerdict;
  malformed(fault: Exclude<Xoauth2Read, { ok: true }>['fault']): string;
  /** The login stands and counts from now on; a reply takes it back. */
  entered(session: SmtpSession, login: Login): Refusal;
  /** Told of every login that failed, with the reason the client does not get. */
  failed(why: string): void;
}

export const authReplies = {
  unknownMechanism: '504 5.7.4 Unrecognized authentication type',
  success: '235 2.7.0 Authentication successful',
  already: '503 5.5.2 Already authenticated',
  cancelled: '501 5.5.4 Authentication canceled',
} as const;

/** AUTH for one endpoint. */
export function authCommand(desk: LoginDesk): Handler {
  return async (session, argument) => {
    const [mechanism = '', initial, ...more] = argument.split(/ +/);
    const name = mechanism.toUpperCase();
    if (session.helo === undefined) return refused(session, replies.helloFirst);
    if (session.login !== undefined) return refused(session, authReplies.already);
    if (session.transaction !== undefined) return refused(session, replies.badSequence);
    if (!session.secured || !session.context.endpoint.mechanisms.includes(name))
      return refused(session, authReplies.unknownMechanism);
    if (more.length > 0) return refused(session, replies.badArguments);
    const verdict =
      name === 'LOGIN'
        ? await loginVerdict(desk, session, initial)
        : await tokenVerdict(desk, session, initial);
    if (verdict === 'gone') return 'cut';
    if (verdict === 'cancelled') return refused(session, authReplies.cancelled);
    return conclude(desk, session, verdict);
  };
}

type Outcome = LoginVerdict | 'cancelled' | 'gone';

function conclude(desk: LoginDesk, session: SmtpSession, verdict: LoginVerdict): After {
  if (!verdict.ok) {
    desk.failed(verdict.why);
    return refused(session, verdict.reply);
  }
  const refusal = desk.entered(session, verdict.login);
  if (refusal !== undefined) return refused(session, refusal);
  session.login = verdict.login;
  session.say(authReplies.success);
  return 'go-on';
}

/** Prompts are `Username:` and `Password:` in base64, as Exchange writes them. */
async function loginVerdict(
  desk: LoginDesk,
  session: SmtpSession,
  initial: string | undefined,
): Promise<Outcome> {
  const user = initial ?? (await ask(session, 'VXNlcm5hbWU6'));
  if (user === undefined) return 'gone';
  if (user === '*') return 'cancelled';
  const password = await ask(session, 'UGFzc3dvcmQ6');
  if (password === undefined) return 'gone';
  if (password === '*') return 'cancelled';
  return desk.password(decode(user), decode(password));
}

async function tokenVerdict(
  desk: LoginDesk,
  session: SmtpSession,
  initial: string | undefined,
): Promise<Outcome> {
  const blob = initial ?? (await ask(session, ''));
  if (blob === undefined) return 'gone';
  if (blob === '*') return 'cancelled';
  const read = readXoauth2(blob);
  if (!read.ok) return { ok: false, reply: desk.malformed(read.fault), why: `XOAUTH2 blob: ${read.fault}` };
  return desk.token(read.value);
}

/** One line of the client, or `undefined` when it went away. RFC 4954 4: 12,288 octets. */
async function ask(session: SmtpSession, challenge: string): Promise<string | undefined> {
  session.say(`334 ${challenge}`);
  session.flush();
  const read = await session.input.line(12_288);
  if (read.kind === 'too-long') return '';
  return read.kind === 'line' ? read.line.toString('latin1').trim() : undefined;
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

function refused(session: SmtpSession, reply: string): After {
  session.refuse(reply);
  return 'go-on';
}

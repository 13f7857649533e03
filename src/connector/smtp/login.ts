/** Logs in with SASL PLAIN (RFC 4616) or LOGIN, whichever the server offers. */
import { commandLine } from '../../protocol/smtp/client/command.ts';
import type { Failure } from '../../message/outcome.ts';
import type { SmtpReply } from '../../protocol/smtp/client/reply-reader.ts';
import type { Answer, Dialogue } from './dialogue.ts';
import type { Login } from './settings.ts';
import type { WireFault } from './wire.ts';

export type LoginOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reply: SmtpReply }
  | { readonly kind: 'fault'; readonly fault: WireFault }
  | { readonly kind: 'no-mechanism'; readonly text: string }
  /** It could not be tried: nothing to log in with. */
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Logs in otherwise than by user name and password; called over TLS, once for each connection. */
export type Authenticate = (
  dialogue: Dialogue,
  mechanisms: ReadonlySet<string>,
  timeoutMs: number,
) => Promise<LoginOutcome>;

export async function logIn(
  { username, password }: Login,
  dialogue: Dialogue,
  mechanisms: ReadonlySet<string>,
  timeoutMs: number,
): Promise<LoginOutcome> {
  if (mechanisms.has('PLAIN')) {
    const response = base64(`\0${username}\0${password}`);
    return judge(await dialogue.ask(commandLine(`AUTH PLAIN ${response}`), timeoutMs));
  }
  if (mechanisms.has('LOGIN')) {
    for (const line of ['AUTH LOGIN', base64(username)]) {
      const answer = await dialogue.ask(commandLine(line), timeoutMs);
      if (answer.kind === 'fault' || answer.reply.code !== 334) return judge(answer);
    }
    return judge(await dialogue.ask(commandLine(base64(password)), timeoutMs));
  }
  const offered = mechanisms.size === 0 ? 'offers no login' : `offers only ${[...mechanisms].join(', ')}`;
  return {
    kind: 'no-mechanism',
    text: `${offered}, and this connector knows PLAIN and LOGIN; many servers offer a login only after TLS`,
  };
}

function judge(answer: Answer): LoginOutcome {
  if (answer.kind === 'fault') return answer;
  // RFC 4954 6: 235 alone is success.
  return answer.reply.code === 235 ? { kind: 'accepted' } : { kind: 'refused', reply: answer.reply };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

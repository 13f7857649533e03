/**
 * SASL XOAUTH2: "Authenticate an IMAP, POP or SMTP connection using OAuth", Microsoft Learn. A refused token is fetched
 * anew once, because a token made before consent or permission changed goes on being refused until it ends.
 */
import { commandLine } from '../../protocol/smtp/client/command.ts';
import type { Where } from '../judged-connector.ts';
import { wantsFreshToken } from '../microsoft365/fresh-token.ts';
import type { AccessToken } from '../identity/access-token.ts';
import type { TokenSource } from '../identity/token-source.ts';
import type { Answer, Dialogue } from '../smtp/dialogue.ts';
import type { Authenticate, LoginOutcome } from '../smtp/login.ts';

// RFC 4954 6.
const authenticated = 235;
const challenge = 334;

/** `where`: whose replies these are. */
export function xoauth2(
  mailbox: string,
  tokens: Pick<TokenSource, 'get' | 'renew'>,
  where: Where,
): Authenticate {
  return async (dialogue, mechanisms, timeoutMs): Promise<LoginOutcome> => {
    if (!mechanisms.has('XOAUTH2')) return { kind: 'no-mechanism', text: notOffered(mechanisms) };
    const first = await tokens.get();
    if (first.kind === 'failed') return first;
    const answer = await present(dialogue, mailbox, first.token, timeoutMs);
    if (answer.kind === 'fault' || !wantsFreshToken(answer.reply, where)) return outcomeOf(answer);
    const second = await tokens.renew(first.token);
    if (second.kind === 'failed') return second;
    return outcomeOf(await present(dialogue, mailbox, second.token, timeoutMs));
  };
}

async function present(
  dialogue: Dialogue,
  mailbox: string,
  { value }: AccessToken,
  timeoutMs: number,
): Promise<Answer> {
  const response = Buffer.from(`user=${mailbox}\u0001auth=Bearer ${value}\u0001\u0001`).toString('base64');
  const answer = await dialogue.ask(commandLine(`AUTH XOAUTH2 ${response}`), timeoutMs);
  // Some servers tell the reason as a challenge and refuse after an empty answer to it.
  if (answer.kind === 'reply' && answer.reply.code === challenge) {
    return dialogue.ask(commandLine(''), timeoutMs);
  }
  return answer;
}

function outcomeOf(answer: Answer): LoginOutcome {
  if (answer.kind === 'fault') return answer;
  return answer.reply.code === authenticated
    ? { kind: 'accepted' }
    : { kind: 'refused', reply: answer.reply };
}

function notOffered(mechanisms: ReadonlySet<string>): string {
  const offered = mechanisms.size === 0 ? 'no login' : `only ${[...mechanisms].join(', ')}`;
  return `offers ${offered}, and this connector logs in with XOAUTH2; is this the service's host, and its port 587?`;
}

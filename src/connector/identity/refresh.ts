/**
 * A token by the refresh token that is kept. An answer that brings another refresh token has it kept before its access
 * token is used, so that a crash finds the old one, which Microsoft Entra goes on taking, or the new one.
 */
import type { Clock } from '../../platform/clock.ts';
import type { OAuthCredential } from './credential.ts';
import type { KeptSignIn, SignInSlot } from './sign-in.ts';
import { isMadeFor, signInAgain } from './sign-in.ts';
import type { SignInFault, TokenAnswer } from './token-request.ts';

/** `ask` sends the refresh token to the token endpoint. */
export async function askWithSignIn(
  credential: OAuthCredential,
  slot: SignInSlot,
  clock: Clock,
  ask: (refreshToken: string) => Promise<TokenAnswer>,
): Promise<TokenAnswer> {
  const kept = await readSlot(slot);
  if (kept instanceof Error) {
    const again = signInAgain(slot.connector);
    return fault(
      'sign-in-unreadable',
      `the sign-in of this connector cannot be read (${kept.message}): ${again}`,
    );
  }
  if (!kept) {
    const text = `nobody has signed in for this connector: run "relay365 connector sign-in ${slot.connector}"`;
    return fault('sign-in-missing', text);
  }
  if (!isMadeFor(kept, credential)) {
    const text = `the sign-in of this connector was made for another application or tenant (${kept.clientId} in ${kept.tenantId}): ${signInAgain(slot.connector)}`;
    return fault('sign-in-missing', text);
  }
  const answer = await ask(kept.refreshToken);
  try {
    await keepAnswer(kept, answer, slot, clock);
  } catch (error) {
    return fault('sign-in-not-kept', `the refresh token could not be kept: ${(error as Error).message}`);
  }
  return answer;
}

/** A refusal that no repetition changes. RFC 6749 5.2; AADSTS65001 and its kin come as `invalid_grant` too. */
export function endsSignIn(answer: { readonly error: string }): boolean {
  return answer.error === 'invalid_grant' || answer.error === 'interaction_required';
}

async function keepAnswer(
  kept: KeptSignIn,
  answer: TokenAnswer,
  slot: SignInSlot,
  clock: Clock,
): Promise<void> {
  const { refusedAt, ...sound } = kept;
  if (answer.kind === 'token') {
    const refreshToken = answer.refreshToken ?? kept.refreshToken;
    await slot.replace(kept.refreshToken, { ...sound, refreshToken, usedAt: clock.now() });
  } else if (answer.kind === 'refused' && endsSignIn(answer) && refusedAt === undefined) {
    await slot.replace(kept.refreshToken, { ...sound, refusedAt: clock.now() });
  }
}

async function readSlot(slot: SignInSlot): Promise<KeptSignIn | undefined | Error> {
  try {
    return await slot.read();
  } catch (error) {
    return error as Error;
  }
}

function fault(code: SignInFault, text: string): TokenAnswer {
  return { kind: 'sign-in', code, text };
}

/**
 * A token that could not be had, as a failure in words. All of them are faults of the set-up or of the way: mail waits,
 * nothing bounces.
 */
import { classify } from '../../../microsoft365/replies/classify.ts';
import type { Failure } from '../../message/outcome.ts';
import { safeText } from '../../protocol/mail/field-writer.ts';
import type { OAuthCredential } from './credential.ts';
import { endsSignIn } from './refresh.ts';
import { signInAgain } from './sign-in.ts';
import type { TokenMismatch } from './token-need.ts';
import type { TokenAnswer } from './token-request.ts';
import { countOf } from '../../platform/words.ts';

/** Entra's default tolerance; beyond it assertions and fresh tokens are refused. */
const clockToleranceMs = 5 * 60_000;
/** Characters of the endpoint's own words. */
const wordsMax = 400;

/** `way`: how the token endpoint was reached, as `proxyNote` says it. */
export function answerFailure(
  answer: Exclude<TokenAnswer, { kind: 'token' }>,
  credential: OAuthCredential,
  way = '',
): Failure {
  const { proof, authority } = credential;
  const where = proof.kind === 'managed-identity' ? 'the managed identity service' : `${authority}${way}`;
  switch (answer.kind) {
    case 'unreachable':
      return failure(
        'token-endpoint-unreachable',
        `${where} gave no token: ${safeText(answer.text, wordsMax)}`,
      );
    case 'unexpected': {
      const text = `${where} answered ${answer.status} and no token`;
      const words = safeText(answer.text, wordsMax);
      const known = classify(answer.text, { where: 'identity' });
      if (!known) return failure('token-answer-unexpected', `${text}: ${words}`);
      return failure(known.id, `${text}: ${known.meaning} ${known.fix.join('; ')} (${words})`);
    }
    case 'refused':
      return refusal(answer, where, proof);
    case 'sign-in':
      return failure(answer.code, safeText(answer.text, wordsMax));
    default:
      return answer satisfies never;
  }
}

export function mismatchFailure({ code, text }: TokenMismatch): Failure {
  return failure(code, text);
}

function refusal(
  answer: Extract<TokenAnswer, { kind: 'refused' }>,
  where: string,
  proof: OAuthCredential['proof'],
): Failure {
  const words = safeText(`${answer.error}: ${answer.description}`.replaceAll(/\s+/g, ' '), wordsMax);
  // A signed assertion says when it was made; a secret is as wrong at any time.
  const skew = proof.kind === 'certificate' ? skewText(answer.clockAheadMs) : undefined;
  if (skew !== undefined) {
    return failure('clock-skew', `${where} refuses a token, and ${skew} (${words})`);
  }
  const known = classify(answer.description, { where: 'identity' });
  const again =
    proof.kind === 'sign-in' && endsSignIn(answer) ? `: ${signInAgain(proof.slot.connector)}` : '';
  if (!known) return failure('token-refused', `${where} refuses a token${again} (${words})`);
  const advice = again === '' ? `: ${known.meaning} ${known.fix.join('; ')}` : `${again}. ${known.meaning}`;
  return failure(known.id, `${where} refuses a token${advice} (${words})`);
}

/** A wrong clock of ours looks like an invalid client; the Date field of the answer tells them apart. */
function skewText(aheadMs: number | undefined): string | undefined {
  if (aheadMs === undefined || Math.abs(aheadMs) <= clockToleranceMs) return undefined;
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  return `the clock of this machine is ${countOf(minutes, 'minute')} ${aheadMs > 0 ? 'behind' : 'ahead of'} the clock there: set it, for tokens and signatures depend on it`;
}

/** `login` is the stage: no other host would be told anything else. */
function failure(code: string, text: string): Failure {
  return { scope: 'connector', permanence: 'transient', stage: 'login', code, text, status: '4.7.0' };
}

/** The access token of a connector, fetched on its own: what it is for, what it may do, and what the clocks say. */
import type { AccessToken } from '../../connector/identity/access-token.ts';
import type { RouteTokens } from '../../connector/identity/route-tokens.ts';
import { tokenUnlessStopped } from '../../connector/identity/token-source.ts';
import { formatInstant } from '../../platform/clock.ts';
import { safeText } from '../../protocol/mail/field-writer.ts';
import type { StepFinding } from './conversation.ts';
import type { Walk } from './walk.ts';
import { countOf } from '../../platform/words.ts';

/** Microsoft Entra refuses assertions beyond five minutes; a quarter of it is worth a word. */
const skewWarnMs = 75_000;

export async function presentToken(walk: Walk): Promise<void> {
  const { tokens, recorder, signal } = walk.options;
  if (!tokens) return;
  const finding = await tokenFinding(tokens, signal);
  if (finding.outcome === 'fail') walk.fail('token', finding);
  else recorder.add('token', finding);
}

export async function tokenFinding(tokens: RouteTokens, signal: AbortSignal): Promise<StepFinding> {
  const result = await tokenUnlessStopped(tokens.source.get(), signal);
  if (result.kind === 'not-tried') {
    return { outcome: 'fail', explained: 'the time was over before there was a token', code: 'aborted' };
  }
  if (result.kind === 'failed') {
    const { text, code } = result.failure;
    return { outcome: 'fail', explained: text, code };
  }
  return { ...wordsOf(result.token), received: claimsOf(result.token) };
}

function wordsOf({ clockAheadMs = 0 }: AccessToken): StepFinding {
  const skew = Math.round(clockAheadMs / 1000);
  if (Math.abs(clockAheadMs) < skewWarnMs) {
    return { explained: 'There is a token, and it is what this route needs.' };
  }
  return {
    outcome: 'warn',
    code: 'clock-skew',
    explained: `There is a token; the clock of this machine is ${countOf(Math.abs(skew), 'second')} ${skew > 0 ? 'behind' : 'ahead of'} the token endpoint's.`,
    advice: 'Set the clock of this machine (NTP): beyond five minutes tokens are refused.',
  };
}

/** What the token says about itself; the token is a secret. */
function claimsOf({ claims, expiresAt }: AccessToken): string[] {
  const ends = `ends ${formatInstant(expiresAt)}`;
  if (!claims) return ['its claims cannot be read', ends];
  const shown = (values: readonly string[]): string => safeText(values.join(', ') || 'none', 300);
  return [
    `audience ${shown(claims.audience)}`,
    `roles ${shown(claims.roles)}`,
    ...(claims.scopes.length > 0 ? [`scopes ${shown(claims.scopes)}`] : []),
    ...(claims.tenant === undefined ? [] : [`tenant ${shown([claims.tenant])}`]),
    ...(claims.application === undefined ? [] : [`application ${shown([claims.application])}`]),
    ...(claims.person === undefined ? [] : [`person ${shown([claims.person])}`]),
    ends,
  ];
}

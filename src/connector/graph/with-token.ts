/** Asks Graph with a token, and once more with a new one where the first is refused; never a third time. */
import type { RecipientOutcome } from '../../message/outcome.ts';
import type { AccessToken } from '../identity/access-token.ts';
import type { TokenSource } from '../identity/token-source.ts';
import { tokenUnlessStopped } from '../identity/token-source.ts';
import { wantsFreshToken } from '../microsoft365/fresh-token.ts';

export interface Asked<Value> {
  readonly value: Value;
  /** Of Graph, which may have refused the token. */
  readonly answer?: { readonly kind: string; readonly status?: number; readonly text: string };
}

/** `failed`: there is no token, and nothing was asked. */
export async function withToken<Value>(
  source: Pick<TokenSource, 'get' | 'renew'>,
  signal: AbortSignal,
  ask: (token: AccessToken) => Promise<Asked<Value>>,
): Promise<{ readonly value: Value } | { readonly failed: RecipientOutcome }> {
  const first = await tokenUnlessStopped(source.get(), signal);
  if (first.kind !== 'token') return { failed: first };
  const asked = await ask(first.token);
  if (!asked.answer || !isTokenRefused(asked.answer)) return asked;
  const second = await tokenUnlessStopped(source.renew(first.token), signal);
  return second.kind === 'token' ? ask(second.token) : { failed: second };
}

function isTokenRefused({ kind, status, text }: NonNullable<Asked<unknown>['answer']>): boolean {
  if (kind !== 'answer' || status === undefined) return false;
  return wantsFreshToken({ code: status, lines: [text] }, 'graph');
}

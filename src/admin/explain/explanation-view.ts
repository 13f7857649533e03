/** What a reply means, as the API shows it beside the reply. Pure. */
import { sideInWords } from '../../../microsoft365/replies/in-words.ts';
import type { Explanation } from '../../../contract/schemas.ts';
import type { ExplainReply } from '../../diagnostics/explainer/explain-reply.ts';
import { replyExplainer } from '../../diagnostics/explainer/explain-reply.ts';
import type { AdminContext } from '../context.ts';

/**
 * A failure as it is kept ends with the meaning of the reply and what to do; where both stand beside it, only the words of
 * the other side are left.
 */
export function withoutMeaning(text: string, explanation: Explanation | undefined): string {
  const at = explanation === undefined ? -1 : text.lastIndexOf(explanation.meaning);
  return at <= 0 ? text : text.slice(0, at).trimEnd();
}

export type Explain = (...given: Parameters<ExplainReply>) => Explanation | undefined;

/** For the policy of this moment. */
export function explainer(context: Pick<AdminContext, 'policy' | 'setupTenants'>): Explain {
  const explain = replyExplainer(context.policy.current, () => context.setupTenants());
  return (reply, at) => {
    const found = explain(reply, at);
    if (!found) return undefined;
    const { id, code, meaning, cause, fix, side, advice, clearsByItself, settings, lines, source } = found;
    return {
      id,
      code,
      meaning,
      cause: [...cause],
      fix: [...fix],
      side: sideInWords(side),
      advice,
      clearsByItself,
      settings: [...settings],
      lines: lines.map((one) => ({ ...one, lines: [...one.lines] })),
      source,
    };
  };
}

/** The explainer through the API. */
import type { Explained } from '../../diagnostics/explainer/explained.ts';
import type { ExplainerGiven } from '../../diagnostics/explainer/explain-text.ts';
import { explainAside } from '../../diagnostics/explainer/explain-aside.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { present } from '../views.ts';

export function explainHandlers(context: AdminContext): Pick<Handlers, 'explain'> {
  return {
    async explain({ body: { text, where } }) {
      const tenants = context.setupTenants();
      const found = await explainedOr(text, { tenants, ...(where !== undefined && { where }) });
      const { cause, fix, settings, lines, bounce, verdict: _verdict, example: _example, ...rest } = found;
      return {
        ...rest,
        cause: [...cause],
        fix: [...fix],
        settings: [...settings],
        lines: lines.map((one) => ({ ...one, lines: [...one.lines] })),
        ...present({ bounce: bounce && { ...bounce, recipients: [...bounce.recipients] } }),
      };
    },
  };
}

/** Throws the problem that says why there is no explanation. */
async function explainedOr(text: string, given: ExplainerGiven): Promise<Explained> {
  const found = await explainAside(text, given);
  switch (found.kind) {
    case 'explained':
      return found.explained;
    case 'unknown':
      throw new Problem(
        404,
        'Not known',
        'nothing is known about this text; known are replies of Microsoft 365 and of this relay',
      );
    case 'busy':
      throw new Problem(409, 'Not possible now', found.reason);
    case 'unreadable':
      throw new Problem(422, 'Not to be explained', found.reason);
    default:
      return found satisfies never;
  }
}

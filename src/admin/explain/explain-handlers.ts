/** The explainer through the API. */
import { explainText } from '../../diagnostics/explainer/explain-text.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { present } from '../views.ts';

export function explainHandlers(context: AdminContext): Pick<Handlers, 'explain'> {
  return {
    async explain({ body: { text, where } }) {
      const tenants = context.setupTenants();
      const found = await explainText(text, { tenants, ...(where !== undefined && { where }) });
      if (!found) {
        throw new Problem(
          404,
          'Not known',
          'nothing is known about this text; known are replies of Microsoft 365 and of this relay',
        );
      }
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

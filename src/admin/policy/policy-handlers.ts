/** The policy: looking at it, judging one, and changing it where the store keeps it. */
import type { PolicyView } from '../../../contract/schemas.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { AdminContext, PolicyChange } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { redactDocument } from './redact.ts';
import type { PolicyEditor } from '../policy-control.ts';
import { draftOf, withUnknown } from './draft.ts';
import { changed, previewed } from './edited.ts';
import { historyHandlers } from './history-handlers.ts';
import { present } from '../views.ts';

type PolicyRoutes =
  | 'policy'
  | 'validatePolicy'
  | 'putPolicy'
  | 'reloadPolicy'
  | 'policyRevisions'
  | 'policyRevision'
  | 'policyDiff'
  | 'previewRestore'
  | 'restorePolicy'
  | 'previewPolicy';

export function policyHandlers(context: AdminContext): Pick<Handlers, PolicyRoutes> {
  const { policies } = context;
  const view = (): PolicyView => ({
    revision: context.policy.current.revision,
    managed: policies.managed,
    dangers: [...context.policy.current.dangers],
    document: redactDocument(policies.document),
    yaml: policies.text,
    ...present({ file: policies.file }),
  });
  const answer = (change: PolicyChange): PolicyView => {
    if (change.kind === 'not-here') throw new Problem(409, 'Not possible here', change.reason);
    if (change.kind === 'faulty') {
      const faults = change.findings.filter(({ severity }) => severity === 'error').length;
      throw new Problem(
        422,
        'The policy has faults',
        `${faults} ${faults === 1 ? 'fault' : 'faults'}; the policy before stays in force`,
        change.findings,
      );
    }
    return view();
  };
  return {
    ...historyHandlers(context, view),
    policy: view,
    async validatePolicy({ body }) {
      const draft = draftOf(body.text);
      const { valid, findings } = previewed(await policies.editing.preview(draft.editor));
      return withUnknown(draft, { valid, findings });
    },
    async putPolicy({ body }, caller) {
      const editor: PolicyEditor = async (before, tools) => {
        const { text, unknown } = await tools.fill(body.text, before);
        if (unknown.length === 0) return { kind: 'edited', text };
        throw new Problem(422, 'The policy has faults', 'a value is [redacted] where none could stay', [
          ...unknown,
        ]);
      };
      changed(await policies.editing.edit(editor, caller.name));
      return view();
    },
    reloadPolicy: async () => answer(await policies.reload()),
    async policyRevisions() {
      const items = await policies.revisions();
      return { items: items.map((item) => ({ ...item, at: formatInstant(item.at) })) };
    },
    async policyRevision({ params }) {
      const found = await policies.revision(params.revision);
      if (!found) throw new Problem(404, 'Not found', `there is no revision ${params.revision}`);
      return {
        revision: found.revision,
        at: formatInstant(found.at),
        author: found.author,
        document: redactDocument(found.document),
        yaml: found.text,
        diff: found.diff.map(redactLine),
      };
    },
  };
}

function redactLine(line: string): string {
  return line.replace(/^([+-]?\s*(?:- )?(?:password|clientSecret|secret):\s*).*$/i, '$1[redacted]');
}

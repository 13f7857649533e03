/** Versions of the policy: compared, tried, brought back. */
import type { PolicyView } from '../../../contract/schemas.ts';
import type { AdminContext } from '../context.ts';
import type { PolicyPreviewed } from '../policy-control.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { draftOf, withUnknown } from './draft.ts';
import { changed, previewed } from './edited.ts';

export function historyHandlers(
  context: AdminContext,
  view: () => PolicyView,
): Pick<Handlers, 'policyDiff' | 'restorePolicy' | 'previewPolicy' | 'previewRestore'> {
  const { editing } = context.policies;
  return {
    async policyDiff({ query }) {
      const { from } = query;
      const to = query.to ?? context.policy.current.revision;
      const diff = await editing.diff(from, to);
      if (!diff) throw new Problem(404, 'Not found', `there is no revision ${from} or no revision ${to}`);
      return { from, to, diff: [...diff] };
    },
    async restorePolicy({ params }, caller) {
      const { revision } = params;
      const found = await context.policies.revision(revision);
      if (!found) throw new Problem(404, 'Not found', `there is no revision ${revision}`);
      changed(await editing.restore(revision, caller.name));
      return view();
    },
    async previewPolicy({ body }) {
      const draft = draftOf(body.text);
      const preview = previewed(await editing.preview(draft.editor));
      return withUnknown(draft, viewOf(preview));
    },
    async previewRestore({ params }) {
      const preview = await editing.previewRestore(params.revision);
      if (!preview) throw new Problem(404, 'Not found', `there is no revision ${params.revision}`);
      return viewOf(preview);
    },
  };
}

function viewOf(given: PolicyPreviewed) {
  const { kind: _, policy: __, ...preview } = given;
  return {
    ...preview,
    diff: [...preview.diff],
    sources: copyOf(preview.sources),
    connectors: copyOf(preview.connectors),
    dangers: { added: [...preview.dangers.added], removed: [...preview.dangers.removed] },
  };
}

function copyOf(changes: {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}) {
  return { added: [...changes.added], removed: [...changes.removed], changed: [...changes.changed] };
}

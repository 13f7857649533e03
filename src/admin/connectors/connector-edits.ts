/** Connectors as entries of the policy: looked at, changed, judged alone. */
import type { ConnectorDetail, ConnectorView } from '../../../contract/schemas.ts';
import type { PolicyEditor } from '../policy-control.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { changed, previewed } from '../policy/edited.ts';
import type { Entry } from '../policy/entries.ts';
import { putEntry, removeEntry } from '../policy/entries.ts';
import { Problem } from '../problem.ts';

type ConnectorEdits =
  | 'connector'
  | 'addConnector'
  | 'putConnector'
  | 'removeConnector'
  | 'cloneConnector'
  | 'checkConnector';

export function connectorEdits(
  context: AdminContext,
  viewOf: (name: string) => ConnectorView,
): Pick<Handlers, ConnectorEdits> {
  const { editing } = context.policies;
  const detail = async (name: string): Promise<ConnectorDetail> => {
    const connector = viewOf(name);
    const found = await editing.entry('connectors', name);
    if (!found) throw new Problem(404, 'Not found', `the policy has no connector ${name}`);
    return {
      version: String(context.policy.current.revision),
      revision: context.policy.current.revision,
      connector,
      document: { ...found.entry, name },
      path: found.path,
      findings: found.findings,
    };
  };
  const isFree = (name: string): void => {
    if (!context.policy.current.connectors.has(name)) return;
    throw new Problem(409, 'Not possible now', `there is a connector ${name} already: choose another name`);
  };
  return {
    connector: ({ params }) => detail(params.name),
    async addConnector({ body }, caller) {
      isFree(body.document.name);
      changed(
        await editing.edit(
          putEntry('connectors', undefined, () => body.document),
          caller.name,
        ),
      );
      return detail(body.document.name);
    },
    async putConnector({ params, body }, caller) {
      viewOf(params.name);
      changed(
        await editing.edit(
          putEntry('connectors', params.name, () => body.document),
          caller.name,
        ),
      );
      return detail(body.document.name);
    },
    async removeConnector({ params }, caller) {
      viewOf(params.name);
      const { revision, diff, findings } = changed(
        await editing.edit(removeEntry('connectors', params.name), caller.name),
      );
      return { revision, diff: [...diff], findings };
    },
    async cloneConnector({ params, body }, caller) {
      viewOf(params.name);
      isFree(body.name);
      changed(await editing.edit(cloneOf(params.name, body.name), caller.name));
      return detail(body.name);
    },
    async checkConnector({ body }) {
      const { document, replaces } = body;
      if (replaces !== undefined) viewOf(replaces);
      const result = previewed(await editing.preview(putEntry('connectors', replaces, () => document)));
      const own = result.findings.filter(({ path }) => isAbout(path, document.name, replaces, context));
      // Faults elsewhere would refuse it as well.
      const errors = result.findings.filter(
        (finding) => finding.severity === 'error' && !own.includes(finding),
      );
      return { valid: result.valid, findings: [...own, ...errors] };
    },
  };
}

/** Secrets are copied with it; it begins suspended, so that no mail takes it before somebody looked at it. */
function cloneOf(name: string, copy: string): PolicyEditor {
  return async (text, tools) => {
    let entry: Entry | undefined;
    const looked = await putEntry('connectors', name, (before) => {
      entry = before;
      return before ?? {};
    })(text, tools);
    if (!entry) return looked;
    const { name: _, ...rest } = entry;
    return putEntry('connectors', undefined, () => ({ name: copy, ...rest, suspended: true }))(text, tools);
  };
}

function isAbout(path: string, name: string, replaces: string | undefined, context: AdminContext): boolean {
  const entries = (context.policies.document['connectors'] ?? []) as readonly { readonly name?: string }[];
  const found = entries.findIndex((entry) => entry.name === (replaces ?? name));
  const index = replaces === undefined ? entries.length : found;
  return path.replace(/^policy\./, '').startsWith(`connectors[${index}]`);
}

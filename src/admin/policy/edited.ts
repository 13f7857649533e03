/** What became of an edit of the policy, as an answer or as a problem. */
import type { PolicyChange, PolicyEdited, PolicyPreviewed } from '../policy-control.ts';
import type { EditedText } from '../../config/edit-policy.ts';
import { Problem } from '../problem.ts';

type Failed =
  | Exclude<PolicyEdited, { readonly kind: 'edited' }>
  | Exclude<PolicyChange, { readonly kind: 'changed' }>
  | Exclude<EditedText, { readonly kind: 'edited' }>;

/** Throws unless the policy was changed. */
export function changed(result: PolicyEdited): Extract<PolicyEdited, { readonly kind: 'edited' }> {
  if (result.kind === 'edited') return result;
  throw asProblem(result);
}

/** Throws unless there is something to look at. */
export function previewed(
  result: PolicyPreviewed | Exclude<EditedText, { readonly kind: 'edited' }>,
): PolicyPreviewed {
  if (result.kind === 'previewed') return result;
  throw asProblem(result);
}

export function asProblem(result: Failed): Problem {
  switch (result.kind) {
    case 'not-here':
      return new Problem(409, 'Not possible here', result.reason);
    case 'not-editable':
      return new Problem(409, 'Not possible here', result.reason);
    case 'missing':
      return new Problem(404, 'Not found', `the policy has no ${result.name}`);
    case 'faulty': {
      const faults = result.findings.filter(({ severity }) => severity === 'error').length;
      return new Problem(
        422,
        'The policy has faults',
        `${faults} ${faults === 1 ? 'fault' : 'faults'}; the policy before stays in force`,
        result.findings,
      );
    }
    default:
      return result satisfies never;
  }
}

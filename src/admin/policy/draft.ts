/** A whole policy as it was sent: values that a page never saw put back before it is judged or used. */
import type { FindingsView } from '../../../contract/schemas.ts';
import type { TextFinding } from '../../config/kept-secrets-in-text.ts';
import type { PolicyEditor } from '../policy-control.ts';

export interface Draft {
  readonly editor: PolicyEditor;
  /** Of the last text that the editor was given. */
  unknown: readonly TextFinding[];
}

export function draftOf(text: string): Draft {
  const draft: Draft = {
    unknown: [],
    async editor(before, tools) {
      const filled = await tools.fill(text, before);
      draft.unknown = filled.unknown;
      return { kind: 'edited', text: filled.text };
    },
  };
  return draft;
}

/** A judgement with the values that nobody knows; what has one is not valid. */
export function withUnknown<T extends FindingsView>({ unknown }: Draft, judged: T): T {
  if (unknown.length === 0) return judged;
  return { ...judged, valid: false, findings: [...unknown.map((one) => ({ ...one })), ...judged.findings] };
}

/** What saving a source changes, asked once before it is saved; then the password that was made, shown once. */
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { SourceCheck, SourceDetail } from '../../../contract/schemas/sources.ts';
import { useChange } from '../../api/queries.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { DiffView } from '../../parts/diff-view.tsx';
import { FindingList } from '../../parts/finding-list.tsx';
import { touchedByPolicy, useSayPolicyChanged } from '../../parts/policy-change.tsx';
import type { Entry } from './draft.ts';
import { newPassword, textAt } from './draft.ts';
import { PasswordShown } from './password-shown.tsx';
import { needsPassword } from './use-check.ts';

export interface SaveDialogProps {
  readonly entry: Entry;
  readonly check: SourceCheck;
  readonly replaces: string | undefined;
  readonly etag: string | undefined;
  readonly onSaved: (name: string) => void;
  readonly onClose: () => void;
}

export function SaveDialog(props: SaveDialogProps): ReactNode {
  const { entry, check, replaces, etag, onSaved, onClose } = props;
  const [key] = useState(() => crypto.randomUUID());
  const [password] = useState(() =>
    needsPassword(entry) ? newPassword((count) => crypto.getRandomValues(new Uint8Array(count))) : undefined,
  );
  const [saved, setSaved] = useState<SourceDetail>();
  const add = useChange('addSource', touchedByPolicy);
  const put = useChange('putSource', touchedByPolicy);
  const say = useSayPolicyChanged();
  const name = textAt(entry, ['name']);
  const body = { document: { ...entry, name }, ...(password !== undefined && { password }) };
  const done = (detail: SourceDetail): void => {
    say(replaces === undefined ? `${name} may send now` : `${name} was changed`, detail.revision);
    if (password === undefined) onSaved(name);
    else setSaved(detail);
  };
  const save = (): void => {
    if (replaces === undefined) add.mutate({ body, options: { idempotencyKey: key } }, { onSuccess: done });
    else {
      const options = etag === undefined ? {} : { ifMatch: etag };
      put.mutate({ params: { name: replaces }, body, options }, { onSuccess: done });
    }
  };
  if (saved && password !== undefined) {
    const username = textAt(entry, ['login', 'username']);
    return <PasswordShown {...{ name, username, password }} onClose={() => onSaved(name)} />;
  }
  return (
    <Confirm
      title={replaces === undefined ? `Let ${name} send?` : `Change ${replaces}?`}
      action={replaces === undefined ? `Save ${name}` : 'Save the change'}
      busy={add.isPending || put.isPending}
      problem={add.error ?? put.error}
      onConfirm={save}
      onClose={onClose}
    >
      <p>
        It takes effect at once, for the next message. Each change is a revision of the policy that can be
        taken back.
        {password !== undefined && ' A password is made, and shown once afterwards.'}
      </p>
      <DiffView label="Changed lines of the policy" lines={check.diff} />
      <FindingList findings={check.findings} />
    </Confirm>
  );
}

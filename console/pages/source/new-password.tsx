import type { ReactNode } from 'react';
import type { SourceView } from '../../../contract/schemas/sources.ts';
import { useChange } from '../../api/queries.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { touchedByPolicy } from '../../parts/policy-change.tsx';
import { PasswordShown } from './password-shown.tsx';

export interface NewPasswordProps {
  readonly source: SourceView;
  readonly onClose: () => void;
}

/** A new password for the login, made by the relay and shown once. */
export function NewPassword({ source: { name, login }, onClose }: NewPasswordProps): ReactNode {
  const make = useChange('sourcePassword', touchedByPolicy);
  if (make.data) {
    const { username, password } = make.data;
    return <PasswordShown {...{ name, username, password }} onClose={onClose} />;
  }
  return (
    <Confirm
      title={`A new password for ${name}?`}
      action="Make a new password"
      busy={make.isPending}
      problem={make.error}
      onConfirm={() => make.mutate({ params: { name } })}
      onClose={onClose}
    >
      {login === undefined ? (
        <p>{`It has no login yet. It gets the user name ${name}, and may then be recognised by it.`}</p>
      ) : (
        <p>{`The old password of ${login} stops working at once: the device cannot log in until the new one is typed in there.`}</p>
      )}
      <p>The password is shown once. The relay keeps only its hash.</p>
    </Confirm>
  );
}

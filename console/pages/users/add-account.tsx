import { Field, Input } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useChange } from '../../api/queries.ts';
import type { Role } from '../../api/types.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { isLongEnough, NewPasswordField } from '../../parts/new-password-field.tsx';
import { RoleField } from './role-field.tsx';

const nameShape = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/;

export function AddAccount({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [password, setPassword] = useState('');
  const add = useChange('addUser', ['users', 'audit']);
  const announce = useAnnounce();
  const isNameFit = nameShape.test(name);
  return (
    <Confirm
      title="Add an account"
      action="Add the account"
      busy={add.isPending}
      blocked={!isNameFit || !isLongEnough(password)}
      problem={add.error}
      onClose={onClose}
      onConfirm={() =>
        add.mutate(
          { body: { name, role, password } },
          {
            onSuccess() {
              announce({
                intent: 'success',
                title: `${name} was added`,
                detail: 'Hand the password over in person; its owner changes it under Your account.',
              });
              onClose();
            },
          },
        )
      }
    >
      <Field
        label="User name"
        required
        hint="Letters, digits and . _ @ + -"
        {...(name !== '' && !isNameFit && { validationMessage: 'This has a character that does not fit' })}
      >
        <Input
          autoFocus
          autoComplete="off"
          autoCapitalize="none"
          value={name}
          onChange={(_event, data) => setName(data.value)}
        />
      </Field>
      <RoleField value={role} onChange={setRole} />
      <NewPasswordField label="First password" canMake value={password} onChange={setPassword} />
    </Confirm>
  );
}

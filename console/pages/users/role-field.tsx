import { Field, Radio, RadioGroup } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { Role } from '../../api/types.ts';
import { roleNames } from '../../app/session.ts';

const duties: Readonly<Record<Role, string>> = {
  viewer: 'sees how the relay does; no addresses of messages',
  'help-desk': 'finds messages and reads their story, never their content',
  operator: 'acts on queue and connectors as well',
  administrator: 'changes policy, accounts and settings, and may read content',
};
const roles = Object.keys(duties) as readonly Role[];

export interface RoleFieldProps {
  readonly value: Role;
  readonly label?: string;
  readonly onChange: (role: Role) => void;
}

export function RoleField({ value, label = 'Role', onChange }: RoleFieldProps): ReactNode {
  return (
    <Field label={label}>
      <RadioGroup
        value={value}
        onChange={(_event, data) => onChange(roles.find((role) => role === data.value) ?? value)}
      >
        {roles.map((role) => (
          <Radio key={role} value={role} label={`${roleNames[role]}: ${duties[role]}`} />
        ))}
      </RadioGroup>
    </Field>
  );
}

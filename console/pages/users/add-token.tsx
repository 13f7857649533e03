/** Makes a token and shows it, the only time that anything does. */
import { Field, Input, makeStyles, Select, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useChange } from '../../api/queries.ts';
import type { Role } from '../../api/types.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { RoleField } from './role-field.tsx';

const nameShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const dayMs = 86_400_000;
const lengths = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'One year'],
  ['', 'No end'],
] as const;

const useStyles = makeStyles({
  token: {
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    overflowWrap: 'anywhere',
  },
});

export function AddToken({ onClose }: { readonly onClose: () => void }): ReactNode {
  const styles = useStyles();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [days, setDays] = useState('90');
  const add = useChange('addToken', ['tokens', 'audit']);
  const isNameFit = nameShape.test(name);
  if (add.data) {
    return (
      <Confirm
        title={`The token ${add.data.name}`}
        action="I have kept it"
        onClose={onClose}
        onConfirm={onClose}
      >
        <p>Copy it now: nothing shows it again. It goes into the header “Authorization: Bearer …”.</p>
        <p className={styles.token}>{add.data.token}</p>
        <div>
          <CopyButton what="Token" text={add.data.token} />
        </div>
      </Confirm>
    );
  }
  return (
    <Confirm
      title="Make an API token"
      action="Make the token"
      busy={add.isPending}
      blocked={!isNameFit}
      problem={add.error}
      onClose={onClose}
      onConfirm={() =>
        add.mutate({
          body: {
            name,
            role,
            ...(days !== '' && { expiresAt: new Date(Date.now() + Number(days) * dayMs).toISOString() }),
          },
        })
      }
    >
      <Field
        label="Name"
        required
        hint="What uses it: letters, digits and . _ -"
        {...(name !== '' && !isNameFit && { validationMessage: 'This has a character that does not fit' })}
      >
        <Input autoFocus autoComplete="off" value={name} onChange={(_event, data) => setName(data.value)} />
      </Field>
      <RoleField label="May act as" value={role} onChange={setRole} />
      <Field label="Ends after">
        <Select value={days} onChange={(_event, data) => setDays(data.value)}>
          {lengths.map(([value, title]) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </Select>
      </Field>
    </Confirm>
  );
}

/** A new password, with its least length said while it is typed, and one made by the browser for who wants none of their own. */
import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { CopyButton } from './copy-button.tsx';

/** NIST SP 800-63B-4 3.1.1.2, as the contract has it. */
const passwordLengthMin = 15;
/** Without those that look like each other in print. */
const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
const groups = 5;
const groupLength = 5;

const useStyles = makeStyles({
  made: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

export interface NewPasswordFieldProps {
  readonly label: string;
  readonly value: string;
  /** Offers one made by the browser, readable, to be handed over. */
  readonly canMake?: boolean;
  readonly onChange: (value: string) => void;
}

/** By code points, as the relay counts. */
export const isLongEnough = (password: string): boolean => Array.from(password).length >= passwordLengthMin;

export function NewPasswordField({
  label,
  value,
  canMake = false,
  onChange,
}: NewPasswordFieldProps): ReactNode {
  const styles = useStyles();
  const [isShown, setIsShown] = useState(false);
  const tooShort = value !== '' && !isLongEnough(value);
  return (
    <>
      <Field
        label={label}
        required
        hint="At least 15 characters; a few words in a row are good"
        {...(tooShort && {
          validationMessage: `${Array.from(value).length} of at least ${passwordLengthMin} characters`,
          validationState: 'warning' as const,
        })}
      >
        <Input
          type={isShown ? 'text' : 'password'}
          autoComplete="new-password"
          value={value}
          onChange={(_event, data) => onChange(data.value)}
        />
      </Field>
      {canMake && (
        <div className={styles.made}>
          <Button
            size="small"
            onClick={() => {
              onChange(makePassword());
              setIsShown(true);
            }}
          >
            Make one
          </Button>
          <Button size="small" appearance="subtle" onClick={() => setIsShown(!isShown)}>
            {isShown ? 'Hide it' : 'Show it'}
          </Button>
          {isShown && value !== '' && <CopyButton small what="Password" text={value} />}
        </div>
      )}
    </>
  );
}

/** 125 bits from the browser's random numbers: 32 letters are taken from 256 without a rest. */
function makePassword(): string {
  const octets = crypto.getRandomValues(new Uint8Array(groups * groupLength));
  const text = Array.from(octets, (octet) => letters[octet % letters.length]).join('');
  return Array.from({ length: groups }, (_, at) => text.slice(at * groupLength, (at + 1) * groupLength)).join(
    '-',
  );
}

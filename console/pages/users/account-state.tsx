import type { ReactNode } from 'react';
import type { UserView } from '../../../contract/schemas/access.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf } from '../../parts/words.ts';

export function AccountState({ disabled }: Pick<UserView, 'disabled'>): ReactNode {
  return <StatusBadge tone={disabled ? 'paused' : 'good'}>{disabled ? 'Disabled' : 'Active'}</StatusBadge>;
}

export function SecondFactor({ kind, totp, passkeys }: UserView): ReactNode {
  const has = [
    ...(totp ? ['authenticator app'] : []),
    ...(passkeys > 0 ? [countOf(passkeys, 'passkey')] : []),
  ];
  if (has.length > 0) return <StatusBadge tone="good">{sentence(has.join(', '))}</StatusBadge>;
  if (kind === 'oidc') return 'At the organisation';
  return <StatusBadge tone="warning">None</StatusBadge>;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

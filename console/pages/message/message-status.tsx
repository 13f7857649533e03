/** State of a message or recipient in the words of the console. */
import type { ReactNode } from 'react';
import type { MessageSummary } from '../../../contract/schemas/messages.ts';
import type { Tone } from '../../parts/status-badge.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';

type State = Pick<MessageSummary, 'state' | 'result' | 'attempts'>;

export function MessageStatus({ message }: { readonly message: State }): ReactNode {
  const { tone, word } = wordsOf(message);
  return <StatusBadge tone={tone}>{word}</StatusBadge>;
}

function wordsOf({ state, result, attempts }: State): { readonly tone: Tone; readonly word: string } {
  if (state === 'held') return { tone: 'paused', word: 'Held' };
  if (state === 'active') {
    return attempts === 0 ? { tone: 'busy', word: 'Under way' } : { tone: 'waiting', word: 'Waiting' };
  }
  switch (result) {
    case 'relayed':
      return { tone: 'good', word: 'Relayed' };
    case 'failed':
      return { tone: 'bad', word: 'Failed' };
    case 'expired':
      return { tone: 'bad', word: 'Expired' };
    case 'mixed':
      return { tone: 'warning', word: 'Partly relayed' };
    case undefined:
      return { tone: 'plain', word: 'Settled' };
    default:
      return result satisfies never;
  }
}

export type RecipientState = 'pending' | 'held' | 'relayed' | 'failed' | 'expired';

const recipientWords: Readonly<Record<RecipientState, { readonly tone: Tone; readonly word: string }>> = {
  pending: { tone: 'waiting', word: 'Waiting' },
  held: { tone: 'paused', word: 'Held' },
  relayed: { tone: 'good', word: 'Relayed' },
  failed: { tone: 'bad', word: 'Failed' },
  expired: { tone: 'bad', word: 'Expired' },
};

export function RecipientStatus({ state }: { readonly state: RecipientState }): ReactNode {
  const { tone, word } = recipientWords[state];
  return <StatusBadge tone={tone}>{word}</StatusBadge>;
}

/** Words for findings of the review. Pure. */
import type { ReviewFinding } from '../../../contract/schemas/review.ts';
import type { Tone } from '../../parts/status-badge.tsx';

export const kinds: Readonly<Record<ReviewFinding['kind'], string>> = {
  'unauthorised-address': 'Unauthorised address',
  'unauthorised-user': 'Unauthorised user',
  'unauthorised-hour': 'Hour with many attempts',
  'new-address': 'New address of a source',
  volume: 'Unusual volume',
  hours: 'Unusual hours',
  'new-sender': 'New sender',
  'new-domain': 'New domain of recipients',
  recipients: 'Unusual recipients',
  'tls-downgrade': 'No TLS any more',
  'old-tls': 'Old TLS',
};

export const severities: Readonly<Record<ReviewFinding['severity'], readonly [Tone, string]>> = {
  serious: ['bad', 'Serious'],
  warning: ['warning', 'Warning'],
  note: ['plain', 'Note'],
};

export const states: Readonly<Record<ReviewFinding['state'], readonly [Tone, string]>> = {
  open: ['waiting', 'Open'],
  accepted: ['good', 'Taken up'],
  dismissed: ['paused', 'Dismissed'],
};

export const actions: Readonly<Record<ReviewFinding['proposal']['action'], string>> = {
  block: 'Block the address',
  narrow: 'Narrow the source',
  review: 'Ask whoever is concerned',
  'require-tls': 'Require TLS',
};

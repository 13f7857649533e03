import { describe, expect, it } from 'vitest';
import type { NextStep, Pace } from './transaction.ts';
import { Transaction } from './transaction.ts';

interface Case {
  readonly why: string;
  readonly pace: Pace;
  readonly transfer: 'bdat' | 'data';
  readonly reset?: boolean;
  /** Code of each reply, and what must follow it. */
  readonly talk: readonly (readonly [code: number, next: NextStep])[];
  readonly accepted: number;
  /** RSET is needed before the next MAIL. */
  readonly residue: boolean;
}

// Two recipients each.
const table: readonly Case[] = [
  {
    why: 'RFC 3030 4.2: everything ahead',
    pace: 'ahead',
    transfer: 'bdat',
    accepted: 2,
    residue: false,
    talk: [
      [250, 'wait'],
      [250, 'wait'],
      [250, 'wait'],
      [250, 'done'],
    ],
  },
  {
    why: 'RFC 3030 2: after a refused BDAT the state is indeterminate',
    pace: 'ahead',
    transfer: 'bdat',
    accepted: 2,
    residue: true,
    talk: [
      [250, 'wait'],
      [250, 'wait'],
      [250, 'wait'],
      [552, 'done'],
    ],
  },
  {
    why: 'all recipients refused: BDAT is answered all the same',
    pace: 'ahead',
    transfer: 'bdat',
    accepted: 0,
    residue: true,
    talk: [
      [250, 'wait'],
      [550, 'wait'],
      [550, 'wait'],
      [503, 'done'],
    ],
  },
  {
    why: 'MAIL refused: each further command is answered',
    pace: 'ahead',
    transfer: 'bdat',
    accepted: 0,
    residue: false,
    talk: [
      [550, 'wait'],
      [503, 'wait'],
      [503, 'wait'],
      [503, 'done'],
    ],
  },
  {
    why: 'RFC 2920 3.1: DATA in the group',
    pace: 'data',
    transfer: 'data',
    accepted: 1,
    residue: false,
    talk: [
      [250, 'wait'],
      [550, 'wait'],
      [250, 'wait'],
      [354, 'content'],
      [250, 'done'],
    ],
  },
  {
    why: 'RFC 2920 3.1: 354 without a recipient needs the lone dot',
    pace: 'data',
    transfer: 'data',
    accepted: 0,
    residue: false,
    talk: [
      [250, 'wait'],
      [550, 'wait'],
      [550, 'wait'],
      [354, 'empty-content'],
      [554, 'done'],
    ],
  },
  {
    why: 'DATA refused leaves MAIL open',
    pace: 'data',
    transfer: 'data',
    accepted: 0,
    residue: true,
    talk: [
      [250, 'wait'],
      [550, 'wait'],
      [550, 'wait'],
      [554, 'done'],
    ],
  },
  {
    why: 'one by one',
    pace: 'lockstep',
    transfer: 'data',
    accepted: 2,
    residue: false,
    talk: [
      [250, 'next-recipient'],
      [250, 'next-recipient'],
      [250, 'data-command'],
      [354, 'content'],
      [250, 'done'],
    ],
  },
  {
    why: 'one by one: MAIL refused ends it at once',
    pace: 'lockstep',
    transfer: 'data',
    accepted: 0,
    residue: false,
    talk: [[451, 'done']],
  },
  {
    why: 'one by one: nobody left, so no content',
    pace: 'lockstep',
    transfer: 'bdat',
    accepted: 0,
    residue: true,
    talk: [
      [250, 'next-recipient'],
      [550, 'next-recipient'],
      [450, 'done'],
    ],
  },
  {
    why: 'the envelope first, then a large content',
    pace: 'envelope',
    transfer: 'bdat',
    accepted: 1,
    residue: false,
    talk: [
      [250, 'wait'],
      [250, 'wait'],
      [550, 'content'],
      [250, 'done'],
    ],
  },
  {
    why: 'RSET before MAIL',
    pace: 'ahead',
    transfer: 'bdat',
    reset: true,
    accepted: 2,
    residue: false,
    talk: [
      [250, 'wait'],
      [250, 'wait'],
      [250, 'wait'],
      [250, 'wait'],
      [250, 'done'],
    ],
  },
  {
    why: 'RSET refused: nobody knows what MAIL meant',
    pace: 'ahead',
    transfer: 'bdat',
    reset: true,
    accepted: 0,
    residue: true,
    talk: [[502, 'out-of-step']],
  },
  {
    why: 'a recipient accepted for a sender that was refused',
    pace: 'data',
    transfer: 'data',
    accepted: 1,
    residue: true,
    talk: [
      [503, 'wait'],
      [250, 'out-of-step'],
    ],
  },
  {
    why: 'RFC 5321 4.3.2: 250 is no answer to DATA',
    pace: 'data',
    transfer: 'data',
    accepted: 2,
    residue: true,
    talk: [
      [250, 'wait'],
      [250, 'wait'],
      [250, 'wait'],
      [250, 'out-of-step'],
    ],
  },
];

describe('Transaction', () => {
  it.each(table)('$pace: $why', ({ pace, transfer, reset = false, talk, accepted, residue }) => {
    const transaction = new Transaction({ pace, transfer, recipients: 2, reset });
    const steps = talk.map(([code]) => transaction.next({ code, lines: [''] }));
    expect(steps).toEqual(talk.map(([, next]) => next));
    expect(transaction.accepted).toBe(accepted);
    expect(transaction.leavesResidue).toBe(residue);
  });
});

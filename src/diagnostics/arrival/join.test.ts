/** Property names and statuses: learn.microsoft.com/powershell/module/exchange/get-messagetracev2. */
import { describe, expect, it } from 'vitest';
import { instant } from '../../platform/clock.ts';
import type { OurDelivery } from './join.ts';
import { joinArrivals } from './join.ts';
import { traceRowsOf } from './trace-row.ts';

const row = (more: Readonly<Record<string, unknown>>) => ({
  MessageId: '<1@printer>',
  Received: '2026-11-02T08:00:05.1234567',
  RecipientAddress: 'User@contoso.com',
  SenderAddress: 'scan@contoso.com',
  Size: 1234,
  Status: 'Delivered',
  ...more,
});

const ours = (more: Partial<OurDelivery> = {}): OurDelivery => ({
  id: '01KB',
  messageId: '<1@printer>',
  sender: 'scan@contoso.com',
  recipient: 'user@contoso.com',
  state: 'relayed',
  relayedAt: instant(Date.UTC(2026, 10, 2, 8, 0, 3)),
  ...more,
});

const rowsOf = (...objects: unknown[]) => {
  const read = traceRowsOf(objects);
  if (read.kind === 'unknown') throw new Error(read.reason);
  return read.rows;
};

describe('rows of a trace', () => {
  it.each([
    ['2026-11-02T08:00:05.1234567', Date.UTC(2026, 10, 2, 8, 0, 5, 123)],
    ['2026-11-02T09:00:05+01:00', Date.UTC(2026, 10, 2, 8, 0, 5)],
    ['/Date(1793606405000)/', 1_793_606_405_000],
    ['11/2/2026 8:00:05 AM', Date.UTC(2026, 10, 2, 8, 0, 5)],
  ])('have the moment %s in UTC', (Received, ms) => {
    expect(rowsOf(row({ Received }))[0]?.at).toBe(ms);
  });

  it('are known by their titles in any case', () => {
    expect(rowsOf({ messageid: '1@printer', recipientaddress: 'A@x.example', status: 'Failed' })).toEqual([
      { messageId: '<1@printer>', recipient: 'a@x.example', status: 'Failed' },
    ]);
  });

  it.each([[{}], [null], [7], [{ __proto__: { MessageId: '1', RecipientAddress: 'a', Status: 'x' } }]])(
    'are refused where they are none: %j',
    (object) => {
      expect(traceRowsOf([object])).toMatchObject({
        kind: 'unknown',
        reason: expect.stringContaining('MessageId') as string,
      });
    },
  );
});

describe('what became of a message', () => {
  const verdictOf = (rows: Parameters<typeof joinArrivals>[0]['rows'], delivery = ours()) =>
    joinArrivals({ rows, bounces: [], ours: [delivery] }).arrivals.map(({ verdict, text }) => ({
      verdict,
      text,
    }));

  it.each([
    ['Delivered', 'arrived'],
    ['Expanded', 'arrived'],
    ['Pending', 'on-its-way'],
    ['GettingStatus', 'on-its-way'],
    ['Failed', 'not-delivered'],
    ['Quarantined', 'not-delivered'],
    ['FilteredAsSpam', 'not-delivered'],
  ])('with the status %s is %s', (Status, verdict) => {
    expect(verdictOf(rowsOf(row({ Status })))).toMatchObject([{ verdict }]);
  });

  it('says where Exchange has another sender', () => {
    expect(verdictOf(rowsOf(row({ SenderAddress: 'other@contoso.com' })))[0]?.text).toContain(
      'other@contoso.com',
    );
  });

  it('is not seen where the trace covers the time and lacks the recipient', () => {
    const others = rowsOf(
      row({ MessageId: '<0@x>', Received: '2026-11-02T07:00:00Z' }),
      row({ MessageId: '<2@x>', Received: '2026-11-02T09:00:00Z' }),
    );
    expect(verdictOf(others)).toMatchObject([{ verdict: 'not-seen' }]);
    expect(joinArrivals({ rows: others, bounces: [], ours: [ours()] }).notOurs).toBe(2);
  });

  it('is left out where the trace says nothing of its time', () => {
    expect(verdictOf(rowsOf(row({ MessageId: '<0@x>', Received: '2026-11-01T07:00:00Z' })))).toEqual([]);
  });

  it('is returned whatever the trace says', () => {
    const bounce = {
      text: '',
      messageId: '<1@printer>',
      recipients: [
        {
          recipient: 'user@contoso.com',
          action: 'failed',
          status: '5.1.10',
          diagnostic: '550 5.1.10 no such user',
        },
      ],
    };
    const { arrivals } = joinArrivals({ rows: rowsOf(row({})), bounces: [bounce], ours: [ours()] });
    expect(arrivals).toMatchObject([
      { verdict: 'returned', text: expect.stringContaining('no such user') as string },
    ]);
  });
});

import { expect, test } from 'vitest';
import { instant } from '../../platform/clock.ts';
import { proposeSource } from './proposal.ts';

const now = instant(Date.parse('2026-07-01T12:00:00Z'));
const trial = (sender: string, recipient: string, tls?: string) => ({
  sender,
  recipient,
  listener: 'devices',
  helo: 'localhost',
  count: 1,
  at: now,
  ...(tls && { tls }),
});
const propose = (trials: ReturnType<typeof trial>[], names: string[] = []) =>
  proposeSource({ address: '10.0.0.7', trials, names: new Set(names), now, listeners: ['devices', 'other'] })
    .document;

test('few addresses are named one by one, many of one domain by the domain', () => {
  const few = propose([trial('a@contoso.com', 'b@contoso.com', 'TLSv1.3')]);
  expect(few).toMatchObject({
    senders: ['a@contoso.com'],
    recipients: ['b@contoso.com'],
    requireTls: true,
    listeners: ['devices'],
  });
  const many = propose(
    Array.from({ length: 9 }, (_, index) => trial('a@contoso.com', `r${index}@fabrikam.example`)),
  );
  expect(many).toMatchObject({ recipients: ['*@fabrikam.example'] });
  expect(many).not.toHaveProperty('requireTls');
});

test('the null sender is permitted only where it was used', () => {
  expect(propose([trial('', 'b@contoso.com')])).toMatchObject({ nullSender: true, senders: [] });
  expect(propose([trial('a@contoso.com', 'b@contoso.com')])).not.toHaveProperty('nullSender');
});

test('a name is free, and made of letters whatever the client calls itself', () => {
  expect(propose([trial('a@contoso.com', 'b@contoso.com')], ['a']).name).toBe('a-2');
  expect(propose([{ ...trial('', 'b@contoso.com'), helo: 'x"; DROP' }]).name).toMatch(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  );
  expect(propose([]).name).toBe('device-10.0.0.7');
});

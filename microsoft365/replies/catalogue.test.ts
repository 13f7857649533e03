import { describe, expect, it } from 'vitest';
import { advice } from './advice.fixture.ts';
import { catalogue } from './catalogue.ts';
import { classify } from './classify.ts';
import type { ReplyEntry } from './entry.ts';
import type { Verdict } from './verdict.ts';

const byId = new Map(catalogue.map((entry) => [entry.id, entry]));
const rows = catalogue.map((entry) => [entry.id, entry] as const);

describe('the reply catalogue', () => {
  it('has each id once', () => {
    expect(byId.size).toBe(catalogue.length);
  });

  it('has an entry for every reply of which public advice is known', () => {
    expect(Object.keys(advice)).toHaveLength(138);
    expect(Object.keys(advice).filter((id) => !byId.has(id))).toEqual([]);
  });

  it.each(rows)('%s is complete', (_id, entry) => {
    expect(entry.id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(entry.meaning).toMatch(/\.$/);
    for (const list of [entry.cause, entry.fix, entry.where, entry.stage])
      expect(list.length).toBeGreaterThan(0);
    for (const text of [entry.example, entry.code, entry.source, ...entry.cause, ...entry.fix]) {
      expect(text.trim()).not.toBe('');
      // One line each: they go into logs, traces and notices.
      expect(text).toMatch(/^[^\r\n]*$/);
    }
    if (entry.enhanced !== undefined) expect(entry.enhanced).toMatch(/^[45]\.\d{1,3}\.\d{1,3}$/);
  });

  it.each(rows)('%s is the first to match its own example, wherever it is met', (_id, entry) => {
    expect(classify(entry.example)?.id).toBe(entry.id);
    for (const where of entry.where) expect(classify(entry.example, { where })?.id).toBe(entry.id);
  });

  it.each(rows)('%s is found in a line of a log and in a folded bounce', (_id, { id, example }) => {
    const logged = `postfix/smtp[4711]: 4F1C2: to=<a@example.net>, relay=mx[203.0.113.9]:25, status=bounced (host mx[203.0.113.9] said: ${example} (in reply to RCPT TO command))`;
    expect(classify(logged)?.id).toBe(id);
    expect(classify(`Remote server returned\r\n  '${example.replaceAll(' ', '\r\n    ')}'`)?.id).toBe(id);
  });

  it.each(Object.entries(advice))(
    '%s gets the verdict that public advice asks for',
    (id, [retry, action]) => {
      const entry = byId.get(id);
      expect(entry?.retry).toBe(retry);
      expect(entry?.verdict).toMatchObject(expected(action, entry as ReplyEntry));
    },
  );

  const pauses = Object.entries(advice).filter(([, row]) => /^\d+[smh]/.test(row[2] ?? ''));
  it.each(pauses)('%s waits as long as public advice says', (id, [, , words = '']) => {
    const verdict = byId.get(id)?.verdict as Extract<Verdict, { backOff: unknown }>;
    const [min = 0, max = min] = words.split('..').map(toMs);
    expect(verdict.backOff.maxMs).toBeGreaterThanOrEqual(max);
    // The short table of advice for routes asks for 30 minutes after 4.7.652.
    expect(verdict.backOff.minMs).toBe(id === 'too-many-connections-652' ? toMs('30m') : min);
  });

  it('never lets a pause shrink', () => {
    for (const { verdict } of catalogue) {
      if ('backOff' in verdict) expect(verdict.backOff.maxMs).toBeGreaterThanOrEqual(verdict.backOff.minMs);
    }
  });
});

// 5xx that are throttles: to return the mail would lose what goes tomorrow.
describe('quotas that come as 5yz', () => {
  it.each([
    '550 5.7.232 trial tenant',
    '550 5.7.233 tenant',
    '550 5.7.236 onmicrosoft.com',
    '5.1.90 daily limit',
    '554 5.2.121 pair',
    '554 5.2.122 recipient',
    '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException',
    '550 5.2.251 Sender throttled due to continuous mailbox full errors.',
  ])('%s is a throttle that clears by itself', (text) => {
    for (const where of ['mx', 'submission', 'ndr'] as const) {
      expect(classify(text, { where })?.verdict).toMatchObject({ kind: 'throttle', clearsItself: true });
    }
  });
});

function expected(action: string, { retry }: ReplyEntry): Partial<Verdict> {
  switch (action) {
    case 'stop-route-and-alert':
      return { kind: 'configuration', scope: 'connector', alarm: true, clearsItself: false };
    case 'stop-all-and-alert':
      return { kind: 'configuration', scope: 'destination', alarm: true };
    case 'refresh-token-once-then-stop':
      return { kind: 'configuration', freshToken: true, alarm: true };
    case 'bug':
      return { kind: 'configuration', alarm: true };
    case 'stop-sender-and-alert':
      return retry === 'throttle'
        ? { kind: 'throttle', scope: 'destination', alarm: true }
        : { kind: 'sender', alarm: true };
    case 'bounce':
    case 'bounce-or-stop-sender':
    // Line ends are repaired when mail is accepted, so a second try with the same content changes nothing.
    case 'repair-and-retry-once':
      return { kind: 'permanent', alarm: false };
    case 'bounce-and-alert':
      return { kind: 'permanent', alarm: true };
    case 'use-other-route':
      return { kind: 'permanent', otherRoute: true };
    case 'retry':
      return retry === 'throttle'
        ? { kind: 'throttle', clearsItself: true }
        : { kind: 'transient', clearsItself: true, alarm: false };
    case 'reconnect':
      return { kind: 'transient', clearsItself: true, alarm: false };
    case 'retry-and-alert':
    case 'fix-listener':
    case 'fix-listener-tls':
    case 'fix-dns-or-listener-tls':
      return { kind: 'transient', clearsItself: false, alarm: true };
    case 'refresh-token-and-retry':
      return { kind: 'transient', freshToken: true };
    case 'split-and-retry':
      return { kind: 'transient', split: true };
    case 'slow-down-route':
      return { kind: 'throttle', scope: 'connector' };
    case 'reduce-concurrency':
      return { kind: 'throttle', fewerConnections: true };
    case 'hold-sender':
      return { kind: 'throttle', scope: 'destination', alarm: true };
    case 'hold-external':
      return {
        kind: 'throttle',
        scope: 'destination',
        exhausted: expect.stringMatching(/^external/),
        alarm: true,
      };
    case 'hold-recipient':
      return { kind: 'throttle', scope: 'recipient' };
    case 'switch-to-ipv4':
      return { kind: 'retry-over-ipv4' };
    default:
      throw new Error(`no verdict is known for ${action}`);
  }
}

function toMs(text: string): number {
  const unit = { s: 1000, m: 60_000, h: 3_600_000 }[text.slice(-1)];
  return Number(text.slice(0, -1)) * (unit ?? Number.NaN);
}

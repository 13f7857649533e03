import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instant } from '../../platform/clock.ts';
import type { RelayEvent } from '../events.ts';
import { w3cFields, w3cHeader, w3cLine, written } from './w3c-lines.ts';

const at = instant(Date.parse('2026-11-23T08:00:00.123Z'));
const places = {
  hostname: 'relay.contoso.com',
  version: '1.2.3',
  listener: (name: string) => (name === 'devices' ? { address: '10.0.0.1', port: 25 } : undefined),
  directions: new Set(['in', 'out'] as const),
};
const refused = (more: object = {}): RelayEvent => ({
  kind: 'refused',
  ref: 'R1',
  address: '192.0.2.7',
  listener: 'devices',
  helo: 'printer',
  stage: 'rcpt',
  sender: 'a@contoso.com',
  recipient: 'b@fabrikam.example',
  reply: '550 5.7.1 Not authorised',
  rule: 'stranger',
  explanation: 'x',
  ...more,
});
const attempted: RelayEvent = {
  kind: 'attempted',
  id: 'M1',
  source: 'scanner',
  connector: 'microsoft-365',
  host: 'contoso-com.mail.protection.outlook.com:25',
  relayed: 1,
  deferred: 0,
  failed: 0,
  inDoubt: 0,
  durationMs: 321,
  tls: 'TLSv1.3',
  reply: '250 2.6.0 Queued mail for delivery',
};

describe('a line of the W3C log', () => {
  test('of a refusal has client, HELO name, listener, command, envelope and reply', () => {
    expect(w3cLine(refused(), at, places)).toBe(
      '2026-11-23 08:00:00 192.0.2.7 printer devices relay.contoso.com 10.0.0.1 25 RCPT <a@contoso.com> <b@fabrikam.example> ' +
        '550 - - - - - R1 550+5.7.1+Not+authorised\n',
    );
  });

  test('of an accepted message has the HELO name, the sender and its length', () => {
    const accepted: RelayEvent = {
      kind: 'accepted',
      id: 'M1',
      source: 'scanner',
      address: '192.0.2.7',
      sender: 'scanner@contoso.com',
      recipients: 2,
      bytes: 4_096,
      helo: 'printer 7',
    };
    expect(w3cLine(accepted, at, places)).toBe(
      '2026-11-23 08:00:00 192.0.2.7 printer+7 - relay.contoso.com - - DATA <scanner@contoso.com> recipients=2 ' +
        '250 - 4096 - - scanner M1 -\n',
    );
  });

  test('of an attempt has the next hop, the connector, the counts and the time it took', () => {
    expect(w3cLine(attempted, at, places)).toBe(
      '2026-11-23 08:00:00 contoso-com.mail.protection.outlook.com OutboundConnection microsoft-365 relay.contoso.com - 25 DATA - ' +
        'relayed=1&deferred=0&failed=0&in-doubt=0 250 - - 321 TLSv1.3 scanner M1 250+2.6.0+Queued+mail+for+delivery\n',
    );
  });

  test('is of the directions that are asked for alone', () => {
    expect(w3cLine(attempted, at, { ...places, directions: new Set(['in'] as const) })).toBeUndefined();
    expect(w3cLine(refused(), at, { ...places, directions: new Set(['out'] as const) })).toBeUndefined();
    expect(w3cLine({ kind: 'stopped' }, at, places)).toBeUndefined();
  });

  test('has as many values as the header names, whatever a client says', () => {
    const text = fc.string({ unit: 'binary', maxLength: 2_000 });
    fc.assert(
      fc.property(text, text, text, (helo, sender, recipient) => {
        const line = w3cLine(refused({ helo, sender, recipient, source: helo }), at, places) ?? '';
        expect(line).toMatch(/^[!-~]+(?: [!-~]+)*\n$/);
        expect(line.trimEnd().split(' ')).toHaveLength(w3cFields.length);
        expect(line).not.toMatch(/^#/);
      }),
    );
  });
});

describe('a value', () => {
  test.each([
    [undefined, '-'],
    ['', '-'],
    ['-', '%2D'],
    ['a b', 'a+b'],
    ['a+b', 'a%2Bb'],
    ['100%', '100%25'],
    ['say "x"', 'say+%22x%22'],
    ['é', '%C3%A9'],
    ['a\r\n#Fields: x', 'a%0D%0A#Fields:+x'],
    ['\ud800', '%EF%BF%BD'],
  ])('%j is written %s', (given, expected) => expect(written(given)).toBe(expected));
});

test('a file begins with the directives of WD-logfile-960323', () => {
  expect(w3cHeader(at, '1.2.3')).toBe(
    `#Software: relay365 1.2.3\n#Version: 1.0\n#Date: 2026-11-23 08:00:00\n#Fields: ${w3cFields.join(' ')}\n`,
  );
});

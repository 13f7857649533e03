import { expect, test } from 'vitest';
import { instant } from '../../platform/clock.ts';
import { formatSyslog } from './message.ts';

const at = instant(Date.parse('2026-11-23T08:00:00.003Z'));
const message = {
  facility: 16,
  severity: 'critical',
  at,
  hostname: 'relay.contoso.com',
  pid: 42,
  id: 'alert',
  fields: {},
  text: 'mail waits',
} as const;

// The number is one of the tests; a real one comes from the configuration.
const numbered = { ...message, enterprise: 64_999 };

test('the header is that of RFC 5424 6; an enterprise number brings the byte-order mark before UTF-8 text', () => {
  // PRI = facility * 8 + severity (6.2.1): local0 is 16, critical is 2.
  expect(formatSyslog(numbered)).toBe(
    '<130>1 2026-11-23T08:00:00.003Z relay.contoso.com relay365 42 alert - \u{FEFF}mail waits',
  );
});

test('quotes, backslashes and brackets of values are escaped (6.3.3), and control characters end no record', () => {
  const text = formatSyslog({
    ...numbered,
    fields: { subject: 'a"b\\c]d\r\n<14>1 forged', 'bad name="': 'x' },
    text: 'one\r\ntwo\u0000\u{1B}[31m',
  });
  expect(text).toContain(String.raw`subject="a\"b\\c\]d <14>1 forged"`);
  expect(text).toContain(' badname="x"]');
  expect(text).toMatch(/one two \[31m$/);
  expect(text).not.toMatch(/[\r\n\0]/);
});

test('without an enterprise number the fields are JSON behind the CEE cookie, in ASCII', () => {
  const text = formatSyslog({
    ...message,
    fields: { subject: 'a"b\\c]d\r\n<14>1 forged', count: 3, isOpen: true, 'bad name="': '\u{1F600}\u0085' },
    text: 'one\r\nt\u00FC',
  });
  // oxlint-disable-next-line no-control-regex -- printable ASCII is what it is about (RFC 5424 6.4)
  expect(text).not.toMatch(/[^\u0020-\u007E]/);
  const [, header, json] = /^(.*) - @cee: (\{.*\})$/.exec(text) ?? [];
  expect(header).toBe('<130>1 2026-11-23T08:00:00.003Z relay.contoso.com relay365 42 alert');
  expect(JSON.parse(json ?? '')).toEqual({
    msg: 'one t\u00FC',
    subject: 'a"b\\c]d <14>1 forged',
    count: 3,
    isOpen: true,
    'bad name="': '\u{1F600} ',
  });
});

test('names that are empty or not ASCII become the nil value or lose what may not be there', () => {
  expect(formatSyslog({ ...numbered, hostname: ' ü ', id: 'ü' })).toContain('003Z - relay365 42 - - ');
});

test('long values and half characters are cut', () => {
  const long = { fields: { v: 'x'.repeat(5_000) }, text: `${'y'.repeat(4_095)}😀` };
  for (const given of [message, numbered]) {
    const text = formatSyslog({ ...given, ...long });
    expect(text.length).toBeLessThan(5_400);
    expect(text.isWellFormed()).toBe(true);
  }
});

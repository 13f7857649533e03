import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createConnector } from '../create.ts';
import { inPieces, never, testConfig, testDelivery, testEnvironment } from '../testing/delivery.ts';
import { FakeNextHop } from '../testing/fake-next-hop.ts';
import { convertTo7Bit } from './convert.ts';

async function convert(content: Buffer, size = 1000): Promise<string> {
  const conversion = await convertTo7Bit(() => inPieces(content, size));
  if (conversion.kind === 'impossible') return `impossible: ${conversion.reason}`;
  const chunks: Uint8Array[] = [];
  for await (const chunk of conversion.open()) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

const lines = (...all: string[]): Buffer => Buffer.from(all.map((line) => `${line}\r\n`).join(''), 'utf8');

describe('a single part', () => {
  it('of text becomes quoted-printable', async () => {
    const content = lines(
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'content-transfer-encoding:',
      ' 8bit',
      'Subject: x',
      '',
      'Grüße = 1',
      'ends in blank ',
      '.dot',
    );
    expect(await convert(content)).toBe(
      lines(
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        'Subject: x',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'Gr=C3=BC=C3=9Fe =3D 1',
        'ends in blank=20',
        '.dot',
      ).toString(),
    );
  });

  it('of octets becomes base64, its last line end included', async () => {
    const content = lines('MIME-Version: 1.0', 'Content-Type: application/octet-stream', '', 'ÄÖ');
    expect(await convert(content)).toBe(
      lines(
        'MIME-Version: 1.0',
        'Content-Type: application/octet-stream',
        'Content-Transfer-Encoding: base64',
        '',
        Buffer.from('ÄÖ\r\n').toString('base64'),
      ).toString(),
    );
  });
});

const header = [
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed;',
  '\tboundary="b 1"',
  'Content-Transfer-Encoding: 8bit',
  '',
];

it('of a multipart only the parts that need it change', async () => {
  const content = lines(
    ...header,
    'preamble',
    '--b 1',
    '',
    'plain stays',
    '--b 1',
    'Content-Type: text/html',
    'Content-Transfer-Encoding: 8bit',
    '',
    'für',
    '--b 1',
    'Content-Type: image/x',
    'Content-Transfer-Encoding: binary',
    '',
    'ö',
    '--b 1--',
    'epilogue',
  );
  expect(await convert(content)).toBe(
    lines(
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed;',
      '\tboundary="b 1"',
      'Content-Transfer-Encoding: 7bit',
      '',
      'preamble',
      '--b 1',
      '',
      'plain stays',
      '--b 1',
      'Content-Type: text/html',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'f=C3=BCr',
      '--b 1',
      'Content-Type: image/x',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('ö').toString('base64'),
      '--b 1--',
      'epilogue',
    ).toString(),
  );
});

describe('what is not converted', () => {
  const table: readonly [why: string, content: Buffer, reason: string][] = [
    [
      'signed (RFC 1847)',
      lines('MIME-Version: 1.0', 'Content-Type: multipart/signed; boundary=b', '', '--b', '', 'ü', '--b--'),
      'signed',
    ],
    ['no MIME', lines('Subject: x', '', 'ü'), 'MIME-Version'],
    ['8-bit header', lines('Subject: ü', 'MIME-Version: 1.0', '', 'ü'), 'header'],
    [
      'embedded message (RFC 2045 6.4)',
      lines('MIME-Version: 1.0', 'Content-Type: message/rfc822', '', 'Subject: x', '', 'ü'),
      'embedded',
    ],
    [
      'default type of a digest (RFC 2046 5.1.5)',
      lines(
        'MIME-Version: 1.0',
        'Content-Type: multipart/digest; boundary=b',
        '',
        '--b',
        '',
        'Subject: x',
        '',
        'ü',
        '--b--',
      ),
      'embedded',
    ],
    [
      'a part that lies about itself',
      lines('MIME-Version: 1.0', 'Content-Transfer-Encoding: base64', '', 'ü'),
      'base64',
    ],
    ['text between the parts', lines(...header, 'ü', '--b 1', '', 'x', '--b 1--'), 'between'],
    ['no boundary', lines('MIME-Version: 1.0', 'Content-Type: multipart/mixed', '', 'ü'), 'boundary'],
    [
      'too many parts',
      lines(...header, ...Array.from({ length: 1001 }, () => ['--b 1', '', 'x']).flat()),
      'parts',
    ],
    [
      'a line without end',
      Buffer.concat([lines('MIME-Version: 1.0', ''), Buffer.alloc(200_000, 0xfc)]),
      'line',
    ],
  ];
  it.each(table)('%s', async (_why, content, reason) => {
    expect(await convert(content)).toMatch(new RegExp(`^impossible: .*${reason}`));
  });
});

/** RFC 2045 6.7, read backwards; written apart from the encoder. */
function decodeQuotedPrintable(text: string): Buffer {
  const joined = text.replaceAll('=\r\n', '');
  return Buffer.from(
    joined.replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
}

describe('for any body', () => {
  const line = fc
    .uint8Array({ maxLength: 200 })
    .map((octets) => Buffer.from(octets.filter((octet) => octet !== 13 && octet !== 10)));
  const bodies = fc
    .array(line, { minLength: 1, maxLength: 8 })
    .map((all) => Buffer.concat(all.flatMap((each) => [each, Buffer.from('\r\n')])));

  it.each([
    ['text/plain', decodeQuotedPrintable],
    ['application/x', (text: string) => Buffer.from(text, 'base64')],
  ])('%s: 7-bit, short lines, and the same octets when decoded, however it is cut', async (type, decode) => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.integer({ min: 1, max: 300 }), async (given, size) => {
        const body = Buffer.concat([Buffer.from('ü'), given]);
        const converted = await convert(
          Buffer.concat([lines('MIME-Version: 1.0', `Content-Type: ${type}`, ''), body]),
          size,
        );
        const encoded = converted.slice(converted.indexOf('\r\n\r\n') + 4);
        // eslint-disable-next-line no-control-regex
        expect(converted).toMatch(/^[\u0000-\u007f]*$/);
        for (const each of encoded.split('\r\n')) expect(each.length).toBeLessThanOrEqual(76);
        expect(decode(encoded).equals(body)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe('towards a next hop without 8BITMIME', () => {
  async function send(
    content: Buffer,
  ): Promise<{ readonly kind: string; readonly code?: string; readonly hop: FakeNextHop }> {
    await using hop = await FakeNextHop.start({ offers: ['PIPELINING', 'CHUNKING', 'SIZE'] });
    await using connector = createConnector(
      testConfig({ route: { type: 'smart-host', hosts: [`127.0.0.1:${hop.port}`] }, tls: 'off' }),
      testEnvironment(),
    );
    const [result] = (await connector.attempt(testDelivery({ content }), never)).recipients;
    return {
      kind: result?.kind ?? '',
      ...(result?.kind === 'failed' && { code: result.failure.status }),
      hop,
    };
  }

  it('the converted message goes with DATA, since its length is not known', async () => {
    const { kind, hop } = await send(lines('MIME-Version: 1.0', '', 'für'));
    expect(kind).toBe('relayed');
    expect(hop.said('MAIL')).toEqual(['MAIL FROM:<a@example.com>']);
    expect(hop.messages[0]?.content.toString()).toBe(
      lines('MIME-Version: 1.0', 'Content-Transfer-Encoding: quoted-printable', '', 'f=C3=BCr').toString(),
    );
  });

  it('what cannot be converted fails with 5.6.3 before it is sent', async () => {
    const { kind, code, hop } = await send(lines('Subject: x', '', 'für'));
    expect([kind, code]).toEqual(['failed', '5.6.3']);
    expect(hop.said('MAIL')).toEqual([]);
  });
});

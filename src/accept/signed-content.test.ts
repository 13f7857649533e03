/** D25: signatures made before the relay verify behind it (RFC 6376, RFC 8551). */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { expect, test } from 'vitest';
import { give, mail, openWayIn, sourceWith, splitAt, stored, transaction } from './accept.fixture.ts';

const message = mail(
  'From: Scanner <scan@contoso.com>',
  'To: bob@example.com',
  'Subject: =?utf-8?Q?B=C3=BCro?=',
  ' and a fold',
  'Date: Mon, 23 Nov 2026 07:59:00 +0000',
  'Message-ID: <1@contoso.com>',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'A soft line break =',
  'goes on, an equals sign =3D, a blank at the end=20',
  '.',
  '..two dots',
  '',
  '',
);

test.each(['simple/simple', 'relaxed/relaxed'])(
  'a DKIM signature (%s) verifies after acceptance',
  async (canonicalization) => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = {
      signingDomain: 'contoso.com',
      selector: 's',
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    };
    // The library reads `signatureData`; its types ask for the key beside it as well.
    const signed = await dkimSign(message, { canonicalization, ...key, signatureData: [key] });
    expect(signed.errors).toEqual([]);
    const content = Buffer.concat([Buffer.from(signed.signatures), message]);
    await using way = await openWayIn();
    // A source with every repair: none of them may touch what needs none.
    const source = sourceWith({
      repair: ['bare-line-feeds', 'missing-date', 'missing-mime', 'overlong-lines'],
    });
    const result = await give(
      way.acceptance.begin(transaction(way, { source })),
      splitAt(content, [10, 700, 701]),
    );
    const accepted = await stored(way, result);
    const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
    const verdict = await dkimVerify(accepted.content, { resolver: async () => [[record]] });
    expect(verdict.results.map(({ status }) => status.result)).toEqual(['pass']);
    // The test can fail: one octet more and the signature does not hold.
    const broken = Buffer.concat([accepted.content, Buffer.from('x\r\n')]);
    const broke = await dkimVerify(broken, { resolver: async () => [[record]] });
    expect(broke.results.map(({ status }) => status.result)).not.toEqual(['pass']);
  },
);

function openssl(...args: readonly string[]): Buffer {
  return execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

function hasOpenssl(): boolean {
  try {
    openssl('version');
    return true;
  } catch {
    return false;
  }
}

test.skipIf(!hasOpenssl())('an S/MIME signature verifies after acceptance', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'relay365-smime-'));
  try {
    const at = (name: string): string => join(folder, name);
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=scan@contoso.com',
      '-days',
      '2',
      '-keyout',
      at('key.pem'),
      '-out',
      at('cert.pem'),
    );
    writeFileSync(at('text'), 'Content-Type: text/plain\r\n\r\nSigned text \r\nwith a blank at the end \r\n');
    openssl(
      'smime',
      '-sign',
      '-crlfeol',
      '-in',
      at('text'),
      '-out',
      at('signed'),
      '-signer',
      at('cert.pem'),
      '-inkey',
      at('key.pem'),
      '-from',
      'scan@contoso.com',
      '-to',
      'bob@example.com',
      '-subject',
      'signed',
    );
    const content = Buffer.from(readFileSync(at('signed'), 'latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1');
    await using way = await openWayIn();
    const accepted = await stored(way, await give(way.acceptance.begin(transaction(way)), [content]));
    expect(accepted.behindTrace.equals(content)).toBe(true);
    const verify = (octets: Buffer): Buffer => {
      writeFileSync(at('relayed'), octets);
      return openssl('smime', '-verify', '-noverify', '-in', at('relayed'));
    };
    expect(verify(accepted.content).toString()).toContain('Signed text');
    expect(() =>
      verify(
        Buffer.from(accepted.content.toString('latin1').replace('Signed text', 'Signed tixt'), 'latin1'),
      ),
    ).toThrow();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

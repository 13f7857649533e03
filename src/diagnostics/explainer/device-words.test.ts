import { expect, it } from 'vitest';
import { deviceWords } from './device-words.ts';
import { explainText } from './explain-text.ts';

// Reason texts of OpenSSL 3 (err/openssl.txt), alerts of RFC 8446 6.2 as OpenSSL words them, and codes of Node.js.
it.each([
  ['error:0A000102:SSL routines::unsupported protocol', 'tls-version-too-old'],
  [
    '140735:error:1409442E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:s3_pkt.c:1498:SSL alert number 70',
    'tls-version-too-old',
  ],
  [
    'postfix/smtpd[5]: warning: TLS library problem: error:0A0000BF:SSL routines::no protocols available',
    'tls-version-too-old',
  ],
  ['error:0A0000C1:SSL routines::no shared cipher', 'tls-no-shared-cipher'],
  ['error:0A000410:SSL routines::sslv3 alert handshake failure:SSL alert number 40', 'tls-no-shared-cipher'],
  ['error:0A000076:SSL routines::no suitable signature algorithm', 'tls-no-shared-cipher'],
  ['error:0A00010B:SSL routines::wrong version number', 'tls-port-mode'],
  ['[ssl: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1129)', 'tls-port-mode'],
  ['error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48', 'tls-certificate-not-trusted'],
  [
    'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate',
    'tls-certificate-not-trusted',
  ],
  [
    'code: UNABLE_TO_VERIFY_LEAF_SIGNATURE unable to verify the first certificate',
    'tls-certificate-not-trusted',
  ],
  [
    'java.security.cert.CertPathValidatorException: Trust anchor for certification path not found.',
    'tls-certificate-not-trusted',
  ],
  [
    'error:0A000415:SSL routines::sslv3 alert certificate expired:SSL alert number 45',
    'tls-certificate-ended',
  ],
  ["ERR_TLS_CERT_ALTNAME_INVALID: Hostname/IP does not match certificate's altnames", 'tls-name-mismatch'],
])('%s is %s', async (text, id) => {
  const found = await explainText(text);
  expect(found).toMatchObject({ id, saidBy: 'device', side: 'device' });
  expect(found?.fix.length).toBeGreaterThan(0);
  expect(found?.settings.length).toBeGreaterThan(0);
});

it('leaves to Microsoft 365 what Microsoft 365 says of certificates', async () => {
  const text =
    '450 4.4.317 Cannot establish session with remote server [Message=UntrustedRoot] certificate verify failed';
  expect((await explainText(text))?.saidBy).toBe('microsoft-365');
});

it('has ids that differ', () => {
  expect(new Set(deviceWords.map(({ id }) => id)).size).toBe(deviceWords.length);
});

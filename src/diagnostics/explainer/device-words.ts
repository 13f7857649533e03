/**
 * Words that TLS libraries say, and with them device panels and logs: OpenSSL's reason texts and the alerts of RFC 8446 6.2.
 * They are said between a device and this relay, or between this relay and a server; which of the two, the text does not tell.
 */
export interface DeviceWords {
  readonly id: string;
  /** As the field calls it. */
  readonly code: string;
  readonly pattern: RegExp;
  readonly meaning: string;
  readonly cause: readonly string[];
  readonly fix: readonly string[];
  readonly settings: readonly string[];
}

export const deviceWords: readonly DeviceWords[] = [
  {
    id: 'tls-version-too-old',
    code: 'protocol_version',
    pattern:
      /unsupported[ _]protocol|protocol[ _]version|version[ _]too[ _]low|no[ _]protocols[ _]available|inappropriate[ _]fallback/i,
    meaning: 'The two sides have no TLS version in common.',
    cause: ['The device knows only a version older than `minimumTls` of the listener, most often TLS 1.0.'],
    fix: [
      'Look for newer firmware of the device.',
      'Otherwise give old devices a listener of their own with `minimumTls: "1.0"`, reachable from their network alone.',
    ],
    settings: ['listeners[].minimumTls', 'connectors[].minimumTls'],
  },
  {
    id: 'tls-no-shared-cipher',
    code: 'handshake_failure',
    pattern:
      /no[ _]shared[ _]cipher|no[ _]ciphers[ _]available|no[ _](?:shared|suitable|common)[ _]signature[ _]algorithm|alert[ _]handshake[ _]failure|handshake[ _]failure/i,
    meaning: 'The two sides have no cipher suite, or no kind of key, in common.',
    cause: [
      'The listener has an EC certificate alone, and the device knows RSA only.',
      'The device offers only suites that are not taken any more, such as RC4 or 3DES.',
    ],
    fix: [
      'Give `tls.certificate` and `tls.key` as lists with an RSA pair beside the EC pair.',
      'Otherwise newer firmware, or a listener with `minimumTls: "1.0"`, which also takes old suites.',
    ],
    settings: ['tls.certificate', 'tls.key', 'listeners[].minimumTls'],
  },
  {
    id: 'tls-port-mode',
    code: 'wrong version number',
    pattern:
      /wrong[ _]version[ _]number|(?:ssl|tls)[ _]routines[^\n]{0,60}http[ _]request|packet[ _]length[ _]too[ _]long|ssl[^\n]{0,20}unknown[ _]protocol|record[ _]overflow/i,
    meaning: 'One side spoke TLS and the other plain text: the setting does not fit the port.',
    cause: [
      'The device is set to "SSL" or "SMTPS" (TLS from the first octet) on a port that begins in clear and switches by STARTTLS, or the other way round.',
    ],
    fix: [
      'Set the device to STARTTLS for a listener with `tls: starttls`, and to SSL/SMTPS for one with `tls: implicit` (port 465, RFC 8314).',
      'Towards a server: `implicitTls: true` for port 465 alone.',
    ],
    settings: ['listeners[].tls', 'listeners[].port', 'connectors[].implicitTls'],
  },
  {
    id: 'tls-certificate-not-trusted',
    code: 'unknown_ca',
    pattern:
      /unknown[ _]ca\b|certificate[ _]verify[ _]failed|unable[ _]to[ _](?:verify[ _]the[ _]first|get[ _](?:local[ _])?issuer)[ _]cert|self[- _]signed[ _]cert|(?:server|ssl)[ _]certificate[ _](?:is[ _])?(?:not[ _]trusted|untrusted|invalid)|trust[ _]anchor|bad[ _]certificate|certificate[ _]unknown/i,
    meaning: 'The side that connects does not trust the certificate that it is shown.',
    cause: [
      'The listener has a self-signed certificate or one of an own authority, and the device does not know its root.',
      'The file holds the leaf without its intermediate, or the device has an old list of roots.',
    ],
    fix: [
      'Install the root on the device, or give the listener the whole chain of an authority that the device knows.',
      'Where neither is possible, switch the check of the server certificate off on the device.',
    ],
    settings: ['tls.certificate', 'tls.key', 'connectors[].ca'],
  },
  {
    id: 'tls-certificate-ended',
    code: 'certificate_expired',
    pattern: /certificate[ _](?:has[ _])?expired|certificate[ _]is[ _]not[ _]yet[ _]valid|CERT_HAS_EXPIRED/i,
    meaning: 'The certificate that was shown has ended, or the clock of the side that looks at it is wrong.',
    cause: [
      'The certificate of the listener has ended.',
      'The clock of the device stands at its factory date.',
    ],
    fix: [
      'Renew the certificate: `relay365 doctor --check listener-certificate` shows its end.',
      'Set the clock of the device, best by NTP.',
    ],
    settings: ['tls.certificate', 'tls.key'],
  },
  {
    id: 'tls-name-mismatch',
    code: 'name mismatch',
    pattern:
      /hostname[^\n]{0,40}(?:mismatch|does[ _]not[ _]match)|(?:host ?name|subject)[^\n]{0,30}(?:mismatch|not match)|ALTNAME_INVALID|certificate[^\n]{0,40}(?:name|common name)[^\n]{0,20}(?:mismatch|not match)/i,
    meaning: 'The certificate bears another name than the one that was connected to.',
    cause: ['The device was given an address or another name than the certificate bears.'],
    fix: [
      'Enter the name that the certificate bears as SMTP server on the device, or put its name into the certificate.',
    ],
    settings: ['hostname', 'tls.certificate', 'connectors[].serverName'],
  },
];

/** `text` is one line; the patterns have bounded gaps. */
export function findDeviceWords(text: string): DeviceWords | undefined {
  return deviceWords.find(({ pattern }) => pattern.test(text));
}

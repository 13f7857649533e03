/** What puts a fault of a connection right; the fault itself is told in words where it is met. */
import type { Stage } from '../../message/outcome.ts';

interface Met {
  readonly stage: Stage;
  readonly port: number;
}

/** RFC 8314 3.3: TLS from the first octet. */
const implicitTlsPort = 465;

const advices = new Map<string, string | ((met: Met) => string)>([
  [
    'connection-refused',
    ({ port }) =>
      `Check the port: 25 between servers, 587 with a login, 465 with TLS from the first octet. If ${port} is right, the service does not run there or a firewall rejects it.`,
  ],
  [
    'connect-timeout',
    ({ port }) =>
      port === 25
        ? 'Outbound port 25 is dropped on the way. Many providers and clouds block it: ask for it to be opened, or use a route on port 587 or over HTTPS (Graph).'
        : `A firewall drops port ${port} on the way: allow it outbound from this machine to this host.`,
  ],
  [
    'host-unreachable',
    'Check routes and, with IPv6 addresses, whether this machine has IPv6 at all; `ipVersion: 4` leaves them out.',
  ],
  [
    'source-address-unavailable',
    'Set `sourceAddress` of the connector to an address of this machine, or take it out.',
  ],
  [
    'reply-timeout',
    ({ stage, port }) =>
      stage === 'greeting'
        ? `A server that says nothing first may be waiting for TLS: ${port === implicitTlsPort ? 'port 465 speaks TLS from the first octet, so set `implicitTls: true`' : 'set `implicitTls: true` if this port is one with TLS from the first octet, or use the port for STARTTLS'}.`
        : 'The server is overloaded or a firewall holds the conversation up: try again, then ask its operator.',
  ],
  [
    'protocol-error',
    'What listens there is no SMTP server: check host and port; a port with TLS from the first octet needs `implicitTls: true`.',
  ],
  [
    'connection-lost',
    'The other side or a firewall ended the connection: look for a limit or block by address there.',
  ],
  [
    'tls-not-offered',
    'A firewall that inspects SMTP (such as "fixup" or "ESMTP inspection") hides STARTTLS: switch the inspection off. If the server really has none, only `tls: opportunistic` or `tls: off` reaches it, in clear.',
  ],
  [
    'tls-version',
    'Set `minimumTls` of the connector to a version that the server speaks, and better let the server be brought to TLS 1.2.',
  ],
  [
    'tls-not-spoken',
    'Take `implicitTls` out for ports 25 and 587, which begin in clear and switch by STARTTLS; keep it for 465 alone.',
  ],
  [
    'tls-expired',
    'The certificate must be renewed on that server. Until then `pin` with its fingerprint lets mail pass without the check of dates.',
  ],
  ['tls-not-yet-valid', 'Set the clock of this machine (NTP).'],
  [
    'tls-name-mismatch',
    'Use a name that the certificate bears as host, or set `serverName` of the connector to one of them.',
  ],
  [
    'tls-issuer-unknown',
    'Set `ca` of the connector to the root of that issuer. If it is a public one, the server leaves out its intermediate certificate, and that must be added there.',
  ],
  ['tls-untrusted', 'Set `ca` or `pin` of the connector, or let the certificate be replaced there.'],
  ['tls-pin-mismatch', 'If the certificate was renewed on purpose, put the new fingerprint into `pin`.'],
  [
    'tls-handshake-refused',
    'Give the connector `certificate` and `key` that the server knows, or look at its TLS log.',
  ],
  [
    'tls-client-certificate-refused',
    'Check `certificate` and `key` of the connector: the whole chain, not expired, with the usage clientAuth.',
  ],
  [
    'tls-handshake-failed',
    'The server broke the handshake off: look at its TLS log; a proxy that inspects TLS does the same.',
  ],
  [
    'starttls-injection',
    'Somebody between this relay and the server changes the conversation: find that device, and do not send through it.',
  ],
]);

export function faultAdvice(code: string, met: Met): string | undefined {
  const advice = advices.get(code);
  return typeof advice === 'function' ? advice(met) : advice;
}

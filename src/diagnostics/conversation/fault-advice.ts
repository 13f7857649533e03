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
    'dns-failed',
    'Check the name servers of this machine (/etc/resolv.conf) and that port 53 is open to them.',
  ],
  ['no-mail-host', 'Check the domain: it has no MX record and no address, so no mail can be brought to it.'],
  ['null-mx', 'Check the domain: its owner says by a null MX (RFC 7505) that it takes no mail.'],
  [
    'mail-host-is-this',
    'Give this domain a connector of its own (`addressSpaces`) with the host that holds its mailboxes.',
  ],
  [
    'tenant-host-unknown',
    'Set the MX record that the admin center shows, or `route.host` of the connector to the host of the tenant.',
  ],
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
  [
    'tls-self-signed',
    'Set `ca` of the connector to this certificate, or `pin` to its fingerprint; both need care when it is renewed. Better let the server have one of an authority.',
  ],
  ['tls-usage', 'Let it be replaced there by one with the extended key usage serverAuth.'],
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
  [
    'login-refused',
    'Check `login` of the connector (user name, password) at that server: a password that was changed there, a locked account, or one that needs an app password.',
  ],
  ['login-deferred', 'Try again later; where it goes on, the server cannot ask its directory of accounts.'],
  [
    'authentication-required',
    'Give the connector a `login` of that server, and `tls: required`, or let the server know this relay by its address.',
  ],
  [
    'relay-denied',
    'Allow the address of this relay there (Postfix: `mynetworks`; Exchange: a receive connector that may relay), or give the connector a `login` that may.',
  ],
  [
    'sender-not-authorised',
    'Use a sender that this login may send as (`senders`, `rewrite.sender`), or have it allowed at that server.',
  ],
  [
    'sender-refused',
    'Check the sender: its domain must exist and take mail (`rewrite.sender` sets another).',
  ],
  ['sender-deferred', 'Try again later; where it goes on, ask the operator of that server.'],
  ['recipient-refused', 'Check the address; where it is right, ask the operator of that server.'],
  ['recipient-deferred', 'Nothing is to be set here: mail waits and is tried again.'],
  ['hello-refused', 'Set `hostname`, or `heloName` of the connector, to a name that resolves to this relay.'],
  [
    'greeting-refused',
    'The server turns this address away before anything is said: ask its operator to allow it, or look whether a block list has it.',
  ],
  [
    'closing',
    'The server closes connections: it is overloaded or restarts, or limits this address. Try again later.',
  ],
  [
    'content-refused',
    'The server read the message and does not want it: the words of its reply say which rule of its (content, attachment, spam) that is; have it changed there, or send otherwise.',
  ],
  ['message-too-large', 'Send less, or raise the limit there; scans get smaller with a lower resolution.'],
  [
    'login-not-offered',
    'Check host and port (587 for logins), and that TLS is on before the login: many servers offer it only then.',
  ],
]);

export function faultAdvice(code: string, met: Met): string | undefined {
  const advice = advices.get(code);
  return typeof advice === 'function' ? advice(met) : advice;
}

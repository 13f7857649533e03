/**
 * TLS with a next hop. The handshake itself never judges the certificate; `judgePeer` does, on purpose in one place:
 * `required` needs a chain to known roots and the right name, or a pinned certificate; nothing weaker counts as verified.
 */
import type { TLSSocket } from 'node:tls';
import { checkServerIdentity, connect } from 'node:tls';
import { isIP } from 'node:net';
import type { TlsSummary } from '../../message/outcome.ts';
import type { TlsSettings } from './settings.ts';
import type { Wire } from './wire.ts';

export interface TlsFault {
  /** `tls-name-mismatch` and the like. */
  readonly code: string;
  /** The end of a sentence that begins with the host. */
  readonly text: string;
  readonly status: string;
  /** The server presented what it should not: no retry in clear, even where TLS is optional. */
  readonly isFinal: boolean;
}

export type TlsResult =
  | { readonly kind: 'secured'; readonly tls: TlsSummary }
  | { readonly kind: 'failed'; readonly fault: TlsFault };

/** Does the handshake on the wire's socket. After a failure the wire is of no further use. */
export async function secure(
  wire: Wire,
  settings: TlsSettings,
  options: {
    readonly host: string;
    readonly timeoutMs: number;
    /** Shown the connection and the judgement of its certificate, before anything follows from it. */
    readonly seen?: (socket: TLSSocket, fault: TlsFault | undefined) => void;
  },
): Promise<TlsResult> {
  if (!wire.release()) {
    wire.destroy();
    const text =
      'sent more than its answer to STARTTLS before the handshake: somebody on the way may be injecting replies';
    return { kind: 'failed', fault: { code: 'starttls-injection', text, status: '4.7.5', isFinal: true } };
  }
  const name = settings.serverName ?? options.host;
  const socket = connect({
    socket: wire.socket,
    secureContext: settings.context,
    // RFC 6066 3: an address may not stand in SNI.
    ...(isIP(name) === 0 && { servername: name }),
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  const error = await handshake(socket, wire, options.timeoutMs);
  if (error) return { kind: 'failed', fault: handshakeFault(error) };
  wire.secured(socket);
  const fault = judgePeer(socket, settings, name);
  options.seen?.(socket, fault);
  if (fault && (settings.mode === 'required' || fault.isFinal)) {
    wire.destroy();
    return { kind: 'failed', fault };
  }
  return { kind: 'secured', tls: summary(socket, fault === undefined) };
}

/** Resolves with the error that ended the handshake, or `undefined` once it is done. */
function handshake(socket: TLSSocket, wire: Wire, timeoutMs: number): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const done = (error?: Error): void => {
      socket.removeAllListeners();
      wire.expect(0);
      if (error) {
        socket.on('error', () => undefined);
        socket.destroy();
      }
      resolve(error);
    };
    // The wire's deadline and an abort end the handshake like a fault of its own.
    wire.handler = {
      onReplies: () => undefined,
      onFault: (fault) => done(new Error(`${fault.kind} during the handshake`)),
    };
    wire.expect(timeoutMs);
    socket.once('secureConnect', () => done());
    socket.once('error', done);
    socket.once('close', () => done(new Error('the connection was closed')));
  });
}

/** Why the peer's certificate is not the one that was to be expected; `undefined` when it is. */
function judgePeer(socket: TLSSocket, settings: TlsSettings, name: string): TlsFault | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return untrusted('tls-no-certificate', 'presents no certificate');
  if (settings.pins.size > 0) {
    const presented = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
    if (settings.pins.has(presented)) return undefined;
    const text = `presents the certificate sha256:${presented}, which is not pinned; if it was renewed, put this fingerprint into \`pin\``;
    return { code: 'tls-pin-mismatch', text, status: '4.7.5', isFinal: true };
  }
  if (!socket.authorized) {
    const reason = String(socket.authorizationError);
    return chainFault(reason, {
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      from: certificate.validFrom,
      to: certificate.validTo,
    });
  }
  if (checkServerIdentity(name, socket.getPeerCertificate()) === undefined) return undefined;
  const names = certificate.subjectAltName ?? oneLine(certificate.subject);
  return untrusted(
    'tls-name-mismatch',
    `presents a certificate for ${names}, and ${name} was expected; use the name in the certificate as host, or set \`serverName\``,
  );
}

interface CertificateWords {
  readonly subject: string;
  readonly issuer: string;
  readonly from: string;
  readonly to: string;
}

/** OpenSSL's verdict on the chain (X509_V_ERR_…, as Node.js names it) in words. */
function chainFault(reason: string, { subject, issuer, from, to }: CertificateWords): TlsFault {
  switch (reason) {
    case 'CERT_HAS_EXPIRED':
      return untrusted(
        'tls-expired',
        `presents a certificate for ${subject} that expired (its own validity ends ${to}): it must be renewed there`,
      );
    case 'CERT_NOT_YET_VALID':
      return untrusted(
        'tls-not-yet-valid',
        `presents a certificate that is valid from ${from}: check the clock of this machine`,
      );
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return untrusted(
        'tls-self-signed',
        `presents a self-signed certificate for ${subject}: set \`ca\` to this certificate, or \`pin\` to its fingerprint`,
      );
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return untrusted(
        'tls-issuer-unknown',
        `presents a certificate for ${subject} whose issuer is unknown here (${issuer}): set \`ca\` to the root of that issuer; a server that leaves out its intermediate certificate looks the same`,
      );
    // RFC 5280 4.2.1.12: the extended key usage limits what a certificate is for.
    case 'INVALID_PURPOSE':
      return untrusted(
        'tls-usage',
        `presents a certificate for ${subject} that is not made for servers: its extended key usage is without serverAuth`,
      );
    default:
      return untrusted(
        'tls-untrusted',
        `presents a certificate for ${subject} that does not verify (${reason})`,
      );
  }
}

function handshakeFault(error: NodeJS.ErrnoException): TlsFault {
  const code = error.code ?? '';
  const cause = `${code} ${error.message}`.trim();
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|NO_PROTOCOLS/i.test(cause)) {
    const text = `shares no TLS version with this connector (${code}); an old server may need a lower \`minimumTls\``;
    return { code: 'tls-version', text, status: '4.7.5', isFinal: false };
  }
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/i.test(cause)) {
    const text =
      'does not speak TLS here: `implicitTls` belongs to a port such as 465, STARTTLS to 25 and 587';
    return { code: 'tls-not-spoken', text, status: '4.7.5', isFinal: false };
  }
  if (/CERTIFICATE_REQUIRED|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNKNOWN_CA|HANDSHAKE_FAILURE/i.test(cause)) {
    const text = `ended the TLS handshake (${cause}); it may want a client certificate (\`certificate\`, \`key\`) or other ciphers`;
    return { code: 'tls-handshake-refused', text, status: '4.7.5', isFinal: false };
  }
  return {
    code: 'tls-handshake-failed',
    text: `failed in the TLS handshake (${cause})`,
    status: '4.7.5',
    isFinal: false,
  };
}

function untrusted(code: string, text: string): TlsFault {
  return { code, text, status: '4.7.5', isFinal: false };
}

function summary(socket: TLSSocket, verified: boolean): TlsSummary {
  return { version: socket.getProtocol() ?? 'unknown', cipher: socket.getCipher().name, verified };
}

function oneLine(name: string): string {
  // eslint-disable-next-line no-control-regex
  return name.replaceAll(/[\u0000-\u001f\u007f]+/g, ', ') || 'nobody';
}

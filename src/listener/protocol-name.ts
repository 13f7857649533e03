/** The `with` clause of the Received field: RFC 3848, and RFC 6531 4.3 for SMTPUTF8. */
export function protocolName(session: {
  readonly esmtp: boolean;
  readonly tls: boolean;
  readonly login: boolean;
  readonly smtpUtf8: boolean;
}): string {
  const base = session.smtpUtf8 ? 'UTF8SMTP' : session.esmtp ? 'ESMTP' : 'SMTP';
  // RFC 3848 registers the suffixes for ESMTP; with HELO under TLS, ESMTPS is the nearest that is registered.
  const name = base === 'SMTP' && (session.tls || session.login) ? 'ESMTP' : base;
  return `${name}${session.tls ? 'S' : ''}${session.login ? 'A' : ''}`;
}

/** Recognises clients that do not speak SMTP, so that they are cut off before they cost anything or do harm. */

export interface Foreign {
  readonly rule: string;
  readonly explanation: string;
}

// RFC 9110 methods and the HTTP/2 preface. A browser can be made to send SMTP commands in the body of a
// POST to any port, so the first line of such a request must be the last one that is read.
const httpMethods = new Set([
  'GET',
  'POST',
  'HEAD',
  'PUT',
  'OPTIONS',
  'CONNECT',
  'DELETE',
  'TRACE',
  'PATCH',
  'PRI',
]);

/** Judges the first octet of a conversation; `undefined`: it may be SMTP. */
export function foreignFirstOctet(octet: number): Foreign | undefined {
  if (octet === 0x16 || octet === 0x80) {
    return {
      rule: 'tls-on-plain-port',
      explanation:
        'the client began with a TLS handshake on a listener that starts in clear: it must use STARTTLS, or a listener with tls: implicit',
    };
  }
  const lineEnd = octet === 0x0d || octet === 0x0a;
  return (octet < 0x20 && !lineEnd) || octet >= 0x7f ? garbage : undefined;
}

/** Judges a verb at any time. */
export function foreignVerb(verb: string): Foreign | undefined {
  if (httpMethods.has(verb)) {
    return { rule: 'http', explanation: `the client speaks HTTP (${verb}) and not SMTP` };
  }
  if (verb === 'PROXY') {
    return {
      rule: 'proxy-header',
      explanation:
        'a PROXY header came from an address outside proxyProtocol of this listener; add the network of the load balancer there',
    };
  }
  if (verb.startsWith('SSH-')) return { rule: 'ssh', explanation: 'the client speaks SSH and not SMTP' };
  return undefined;
}

/** A first line with control characters. After EHLO or HELO they are in a device's name, and it should hear so. */
export function isGarbage({ verb, control }: { readonly verb: string; readonly control: boolean }): boolean {
  return control && !/^(?:EHLO|HELO)\b/.test(verb);
}

export const garbage: Foreign = {
  rule: 'garbage',
  explanation: 'the client began with octets that are no SMTP command',
};

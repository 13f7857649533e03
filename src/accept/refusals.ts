/** What the way in answers, in one place: codes and words for the peer, cause and way out for the operator. */
import type { Refusal } from '../policy/verdict.ts';
import { StoreError } from '../store/store.ts';

function refuse(code: number, enhanced: string, text: string, rule: string, explanation: string): Refusal {
  return { kind: code < 500 ? 'defer' : 'refuse', code, enhanced, text, rule, explanation };
}

export function messageTooLarge(maximum: number): Refusal {
  return refuse(
    552,
    '5.3.4',
    'Message is larger than this server accepts from you',
    'message-size',
    `more than ${maximum} octets; raise limits.messageBytes of the source or the listener, or send less`,
  );
}

export function headerTooLarge(maximum: number): Refusal {
  return refuse(
    552,
    '5.3.4',
    'Header section is too large',
    'header-size',
    `no empty line within ${maximum} octets; limits.headerBytes of the listener bounds the header section`,
  );
}

export function tooManyFields(maximum: number): Refusal {
  return refuse(
    552,
    '5.3.4',
    'Header section has too many fields',
    'header-fields',
    `more than ${maximum} header fields: no mail program writes that many`,
  );
}

export function tooManyHops(count: number): Refusal {
  return refuse(
    554,
    '5.4.6',
    'Too many hops, the message runs in circles',
    'hops',
    `${count} Received fields (RFC 5321 6.3): two servers send the message to each other`,
  );
}

export function ownLoop(hostname: string): Refusal {
  return refuse(
    554,
    '5.4.6',
    'Routing loop: the message was here before',
    'loop',
    `a Received field shows that ${hostname} has relayed this message already: the next hop sends it back; look at its routing, or at a transport rule that redirects to this relay`,
  );
}

export interface LineFault {
  readonly bareCr: boolean;
  readonly bareLf: boolean;
  readonly nul: boolean;
  readonly faultAt: number;
}

/** RFC 5321 2.3.8: CR and LF only together; 4.5.3.1.6 and RFC 5322 leave no place for NUL. */
export function malformedLines(fault: LineFault, source: string): Refusal {
  const found = [fault.bareCr && 'bare CR', fault.bareLf && 'bare LF', fault.nul && 'NUL'].filter(Boolean);
  const wayOut = fault.nul
    ? 'NUL has no repair: send the file as an attachment in base64, or with BODY=BINARYMIME'
    : `the repair "bare-line-feeds" of source ${source} makes them CRLF`;
  return refuse(
    550,
    '5.6.0',
    'Message has characters that mail may not contain (line ends must be CR LF)',
    'line-ends',
    `${found.join(', ')} near octet ${fault.faultAt + 1} of the content; ${wayOut}`,
  );
}

export function brokenRewrite(reason: string): Refusal {
  return refuse(
    451,
    '4.3.5',
    'Server is not configured correctly, try again later',
    'rewrite',
    `a rewrite of the source cannot be applied: ${reason}`,
  );
}

export function aborted(): Refusal {
  return refuse(
    451,
    '4.3.0',
    'Message was not kept',
    'aborted',
    'the session ended before the message was stored',
  );
}

export function diskFull(explanation: string): Refusal {
  return refuse(452, '4.3.1', 'Insufficient system storage, try again later', 'disk-full', explanation);
}

export function memoryShort(): Refusal {
  return refuse(
    452,
    '4.3.1',
    'Too much mail at once, try again later',
    'bytes-in-flight',
    'the header section is large, and more content is in memory than limits.bytesInFlight allows',
  );
}

export function storeFailing(explanation: string): Refusal {
  return refuse(451, '4.3.0', 'Message cannot be stored now, try again later', 'store-failing', explanation);
}

export function storeRefusal(error: unknown): Refusal {
  const text = error instanceof Error ? error.message : String(error);
  return error instanceof StoreError && error.kind === 'full' ? diskFull(text) : storeFailing(text);
}

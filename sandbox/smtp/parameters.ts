/** What MAIL and RCPT may carry, and which faults of theirs are answered how. */
import { replies } from './replies.ts';
import type { Capability } from './capabilities.ts';

export interface MailParameters {
  readonly sizeBytes?: number;
  readonly body: '7BIT' | '8BITMIME' | 'BINARYMIME';
  readonly smtpUtf8: boolean;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reply: string };

const bodies = new Map<string, { value: MailParameters['body']; needs?: Capability }>([
  ['7BIT', { value: '7BIT', needs: '8BITMIME' }],
  ['8BITMIME', { value: '8BITMIME', needs: '8BITMIME' }],
  ['BINARYMIME', { value: 'BINARYMIME', needs: 'BINARYMIME' }],
]);
// RFC 3461 4: xtext is printable ASCII without `+` and `=`, or `+` and two upper-case hexadecimal digits.
const xtext = /^(?:[\x21-\x2a\x2c-\x3c\x3e-\x7e]|\+[0-9A-F]{2})+$/;
const orcpt = /^[A-Za-z0-9-]+;/;

/** Reads the parameters of MAIL; a parameter whose extension is not offered is refused (RFC 5321 4.1.1.11). */
export function parseMailParameters(
  words: readonly string[],
  offered: ReadonlySet<Capability>,
): Parsed<MailParameters> {
  let sizeBytes: number | undefined;
  let body: MailParameters['body'] = '7BIT';
  let smtpUtf8 = false;
  const seen = new Set<string>();
  for (const word of words) {
    const { name, value } = split(word);
    if (seen.has(name)) return bad(replies.badArguments);
    seen.add(name);
    switch (name) {
      case 'SIZE':
        if (value === undefined || !/^\d{1,20}$/.test(value)) return bad(replies.badArguments);
        sizeBytes = Number(value);
        break;
      case 'BODY': {
        const known = bodies.get(value?.toUpperCase() ?? '');
        if (known === undefined) return bad(replies.badArguments);
        if (known.needs !== undefined && !offered.has(known.needs)) return bad(replies.unknownParameter);
        body = known.value;
        break;
      }
      case 'SMTPUTF8':
        if (value !== undefined) return bad(replies.badArguments);
        if (!offered.has('SMTPUTF8')) return bad(replies.unknownParameter);
        smtpUtf8 = true;
        break;
      case 'RET':
        if (!offered.has('DSN')) return bad(replies.unknownParameter);
        if (!/^(?:FULL|HDRS)$/i.test(value ?? '')) return bad(replies.badArguments);
        break;
      case 'ENVID':
        if (!offered.has('DSN')) return bad(replies.unknownParameter);
        if (value === undefined || value.length > 100 || !xtext.test(value)) return bad(replies.badArguments);
        break;
      default:
        return bad(replies.unknownParameter);
    }
  }
  return { ok: true, value: { body, smtpUtf8, ...(sizeBytes !== undefined && { sizeBytes }) } };
}

/** Judges the parameters of RCPT; the reply to give, or `undefined` where they are in order. */
export function refuseRecipientParameters(
  words: readonly string[],
  offered: ReadonlySet<Capability>,
): string | undefined {
  const seen = new Set<string>();
  for (const word of words) {
    const { name, value } = split(word);
    if (!['NOTIFY', 'ORCPT'].includes(name) || !offered.has('DSN')) return replies.unknownParameter;
    if (seen.has(name)) return replies.badArguments;
    seen.add(name);
    if (name === 'NOTIFY' && !isNotify(value)) return replies.badArguments;
    if (name === 'ORCPT' && !isOriginalRecipient(value)) return replies.badArguments;
  }
  return undefined;
}

/** RFC 3461 4.1: NEVER alone, or a list of the others. */
function isNotify(value: string | undefined): boolean {
  const words = value?.toUpperCase().split(',') ?? [];
  if (words.length === 1 && words[0] === 'NEVER') return true;
  return words.length > 0 && words.every((word) => ['SUCCESS', 'FAILURE', 'DELAY'].includes(word));
}

/** RFC 3461 4.2; RFC 6533 3 adds the `utf-8` type, whose address may be UTF-8 under SMTPUTF8. */
function isOriginalRecipient(value: string | undefined): boolean {
  const type = orcpt.exec(value ?? '')?.[0];
  if (value === undefined || type === undefined || Buffer.byteLength(value) > 500) return false;
  return type.toLowerCase() === 'utf-8;' || xtext.test(value.slice(type.length));
}

function split(word: string): { name: string; value?: string } {
  const equals = word.indexOf('=');
  if (equals === -1) return { name: word.toUpperCase() };
  return { name: word.slice(0, equals).toUpperCase(), value: word.slice(equals + 1) };
}

function bad(reply: string): { ok: false; reply: string } {
  return { ok: false, reply };
}

/**
 * What the policy has the relay rewrite for one source. Each rewrite is recorded; without one nothing here
 * touches an octet. A Bcc field is left where the client put it, as is a Return-Path: content is passed on byte for
 * byte, and who wants a Bcc field gone names it in `removeHeaders`.
 */
import type { Envelope } from '../message/envelope.ts';
import type { Mailbox } from '../protocol/address.ts';
import { parseMailbox } from '../protocol/address.ts';
import { encodeWords } from '../protocol/mail/encoded-words.ts';
import { FieldError } from '../protocol/mail/field-writer.ts';
import { parseAddressList } from '../protocol/mail/address-list.ts';
import type { HeaderField } from '../protocol/mail/header-section.ts';
import type { Source } from '../policy/policy.ts';
import type { HeaderChanges } from './header-changes.ts';
import { countOf } from '../platform/words.ts';

/** Addresses named in X-Original-To; a redirect is for tests, and more would only swell the header. */
const originalRecipientsMax = 100;

function configured(text: string): Mailbox {
  const parsed = parseMailbox(text);
  if (!parsed.ok) throw new FieldError(`${text} is not a mail address: ${parsed.reason}`);
  return parsed.value;
}

/** The envelope that leaves. Throws FieldError for a rewrite that cannot be applied. */
export function rewriteEnvelope(source: Source, envelope: Envelope, changes: HeaderChanges): Envelope {
  const rewrite = source.config.rewrite;
  if (!rewrite) return envelope;
  let result = envelope;
  // The null sender stays null: given an address, a bounce could be answered by a bounce (RFC 5321 4.5.5).
  if (rewrite.sender !== undefined && envelope.reversePath && envelope.reversePath.text !== rewrite.sender) {
    const reversePath = configured(rewrite.sender);
    changes.note('rewrite.sender', `envelope sender ${envelope.reversePath.text} became ${reversePath.text}`);
    result = { ...result, reversePath };
  }
  if (rewrite.recipients !== undefined) {
    const address = configured(rewrite.recipients);
    const given = envelope.recipients.map((recipient) => recipient.address.text);
    const named = given.slice(0, originalRecipientsMax);
    if (given.length > named.length) named.push(`(and ${given.length - named.length} more)`);
    changes.add('X-Original-To', named.join(', '));
    changes.note(
      'rewrite.recipients',
      `${countOf(given.length, 'recipient')} ${given.length === 1 ? 'was' : 'were'} replaced by ${address.text}`,
    );
    result = { ...result, recipients: [{ address }] };
  }
  return result;
}

/** Puts the policy's address into From, if it has one; returns whether it did. */
export function rewriteFrom(source: Source, changes: HeaderChanges): boolean {
  const rewrite = source.config.rewrite;
  if (rewrite?.from === undefined) return false;
  const address = configured(rewrite.from);
  const { header } = changes;
  const fields = header.all('from');
  const first = fields.find((field) => header.value(field) !== '');
  const original = first && parseAddressList(header.value(first));
  const [only] = original?.ok ? original.value.addresses : [];
  if (fields.length === 1 && only?.mailbox.key === address.key) return true;
  if (first) keepOriginal(first, original?.ok === true, rewrite.keepFrom, changes);
  for (const field of fields) changes.remove(field);
  const written = Buffer.concat([
    Buffer.from('From: '),
    Buffer.from(only?.displayName ? `${foldedAtBlanks(only.displayName)} ` : '', 'latin1'),
    Buffer.from(`<${address.text}>\r\n`),
  ]);
  if (first) changes.replace(first, written);
  else changes.add('From', `<${address.text}>`);
  changes.note('rewrite.from', `header From became ${address.text}${first ? '' : ', there was none'}`);
  return true;
}

/** The display name is taken as it came, so only its length needs care. */
function foldedAtBlanks(displayName: string): string {
  return displayName.length < 900 ? displayName : displayName.replaceAll(/ (?=\S)/g, '\r\n ');
}

/** The original goes where an answer finds it, octet for octet, unless the message names its own Reply-To. */
function keepOriginal(
  from: HeaderField,
  isReadable: boolean,
  keepFrom: 'reply-to' | 'x-original-from',
  changes: HeaderChanges,
): void {
  const { header } = changes;
  const asReplyTo = keepFrom === 'reply-to' && isReadable && changes.isMissing('reply-to');
  const name = asReplyTo ? 'Reply-To' : 'X-Original-From';
  if (asReplyTo) changes.removeAll('reply-to');
  const raw = header.rawValue(from);
  const value = raw.at(-1) === 0x0a ? raw : Buffer.concat([raw, Buffer.from('\r\n')]);
  changes.addRaw(Buffer.concat([Buffer.from(`${name}:`), value]));
  changes.note('rewrite.from', `the original From is kept as ${name}`);
}

export function rewriteFields(source: Source, changes: HeaderChanges): void {
  const rewrite = source.config.rewrite;
  if (!rewrite) return;
  for (const name of rewrite.removeHeaders) {
    const count = changes.removeAll(name.toLowerCase());
    if (count > 0) changes.note('rewrite.removeHeaders', `${count} ${name} fields were removed`);
  }
  for (const { name, value } of rewrite.addHeaders) {
    changes.add(name, encodeWords(value));
    changes.note('rewrite.addHeaders', `${name} was added`);
  }
}

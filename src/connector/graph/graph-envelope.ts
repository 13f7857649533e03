/**
 * Makes the header say what the envelope says (pure). Graph has no envelope: it sends to whom To, Cc and Bcc of the top
 * header name, and takes the Bcc field out. So recipients that are not in To or Cc are written into one Bcc field, Bcc
 * fields that came with the message go, and an address in To or Cc that is not in the envelope would get a copy that
 * nobody asked for: such a message cannot go this way as it is.
 *
 * Only the top header section is looked at; what stands in attached messages is content.
 */
import { isUtf8 } from 'node:buffer';
import type { Envelope } from '../../message/envelope.ts';
import type { Mailbox } from '../../protocol/address.ts';
import type { AddressList } from '../../protocol/mail/address-list.ts';
import { parseAddressList } from '../../protocol/mail/address-list.ts';
import { formatField } from '../../protocol/mail/field-writer.ts';
import type { FieldChanges } from '../../protocol/mail/header-edit.ts';
import { editHeader } from '../../protocol/mail/header-edit.ts';
import type { HeaderField, HeaderSection } from '../../protocol/mail/header-section.ts';

export type GraphPlan =
  | {
      readonly kind: 'send';
      /** The header section to send, in pieces. */
      readonly header: readonly Buffer[];
    }
  | { readonly kind: 'unfit'; readonly reason: string };

export interface GraphPlanOptions {
  /** Take foreign addresses out of To and Cc instead of giving up. */
  readonly rewriteHeader: boolean;
}

/** Fields by which Graph might find a recipient, or which only a resent message has (RFC 5322 3.6.6). */
const visibleFields = new Set(['to', 'cc']);
const resentFields = new Set(['resent-to', 'resent-cc', 'resent-bcc']);

export function planGraphMessage(
  envelope: Pick<Envelope, 'recipients'>,
  header: HeaderSection,
  { rewriteHeader }: GraphPlanOptions,
): GraphPlan {
  const wanted = new Map(envelope.recipients.map(({ address }) => [address.key, address]));
  const changes = new Map<HeaderField, Buffer | null>();
  const visible = new Set<string>();
  for (const field of header.fields) {
    if (field.name === 'bcc') changes.set(field, null);
    if (resentFields.has(field.name)) {
      return unfit(`it has a field ${shownName(field, header)}, which Graph might send to`);
    }
    if (!visibleFields.has(field.name)) continue;
    const list = parseAddressList(header.value(field));
    if (!list.ok)
      return unfit(`its field ${shownName(field, header)} cannot be read for sure: ${list.reason}`);
    const foreign = foreignAddresses(list.value, wanted);
    if (foreign.length > 0 && !rewriteHeader) {
      const names = foreign.map(({ text }) => text).join(', ');
      return unfit(
        `its ${shownName(field, header)} names ${names}, which the envelope does not: Graph would send it there too`,
      );
    }
    for (const { mailbox } of list.value.addresses) if (wanted.has(mailbox.key)) visible.add(mailbox.key);
    if (foreign.length > 0) changes.set(field, rewritten(field, header, list.value, wanted));
  }
  const blind = [...wanted.values()].filter(({ key }) => !visible.has(key));
  const address = blind.find(({ needsSmtpUtf8 }) => needsSmtpUtf8);
  if (address) return unfit(`${address.text} cannot be written into a header field for Graph`);
  return { kind: 'send', header: withBcc(header, blind, changes) };
}

function unfit(reason: string): GraphPlan {
  return { kind: 'unfit', reason };
}

/** Addresses that would get a copy; a display name that is an address itself may be read as one. */
function foreignAddresses(list: AddressList, wanted: ReadonlyMap<string, Mailbox>): Mailbox[] {
  return [...list.addresses.map(({ mailbox }) => mailbox), ...list.claimed].filter(
    ({ key }) => !wanted.has(key),
  );
}

/** The field with the addresses of the envelope alone, display names kept; `null` when none is left. */
function rewritten(
  field: HeaderField,
  header: HeaderSection,
  { addresses }: AddressList,
  wanted: ReadonlyMap<string, Mailbox>,
): Buffer | null {
  const kept = addresses.filter(({ mailbox }) => wanted.has(mailbox.key));
  if (kept.length === 0) return null;
  const entries = kept.map(({ mailbox, displayName }) => {
    const name = Buffer.from(displayName, 'latin1');
    // A name that is an address would be read as one; octets that are not UTF-8 could not be written back.
    const isKept = displayName !== '' && !displayName.includes('@') && isUtf8(name);
    return isKept ? `${name.toString('utf8')} <${mailbox.text}>` : mailbox.text;
  });
  return Buffer.from(formatField(shownName(field, header), entries.join(', ')));
}

function shownName({ start, valueStart }: HeaderField, { bytes }: HeaderSection): string {
  return bytes.toString('latin1', start, valueStart - 1).trim();
}

/** Above everything, so that a header without a line end at its end stays as it is. */
function withBcc(header: HeaderSection, blind: readonly Mailbox[], changes: FieldChanges): Buffer[] {
  const above =
    blind.length === 0 ? [] : [Buffer.from(formatField('Bcc', blind.map(({ text }) => text).join(', ')))];
  return editHeader(header, above, changes);
}

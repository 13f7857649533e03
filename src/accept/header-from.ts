/**
 * The header From before we lend it the tenant's reputation: found, read in one way only, and judged.
 * A message that names nobody, several, or something unreadable is refused, never guessed at.
 */
import type { Mailbox, ParseResult, ReversePath } from '../protocol/address.ts';
import { addressesIn, displayText } from '../protocol/mail/encoded-words.ts';
import type { AddressList, HeaderAddress } from '../protocol/mail/address-list.ts';
import { parseAddressList } from '../protocol/mail/address-list.ts';
import type { HeaderSection } from '../protocol/mail/header-section.ts';
import type { HeaderFromForm } from '../policy/header-from.ts';
import { judgeHeaderFrom } from '../policy/header-from.ts';
import type { Source } from '../policy/policy.ts';
import type { Refusal, Verdict } from '../policy/verdict.ts';

export type FromDecision =
  /** `remark`: something that the operator should see although it is allowed. */
  | { readonly kind: 'keep'; readonly judged: JudgedFrom; readonly remark?: string }
  /** The repair `missing-from`: this address is written. */
  | { readonly kind: 'add'; readonly judged: JudgedFrom; readonly address: Mailbox }
  | Refusal;

/** Why it passed, and whom it names. */
export interface JudgedFrom {
  readonly verdict: Extract<Verdict, { kind: 'accept' }>;
  readonly addresses: readonly Mailbox[];
}

/** `sender` is the envelope sender after rewriting. What is judged is the header as the client sent it. */
export function decideFrom(header: HeaderSection, source: Source, sender: ReversePath): FromDecision {
  const { isMissing, named, addresses, form } = readFrom(header);
  const verdict = judgeHeaderFrom(source, addresses, form);
  if (verdict.kind !== 'accept') return verdict;
  const judged = { verdict, addresses };
  if (isMissing && source.repairs.has('missing-from') && source.config.rewrite?.from === undefined) {
    // A bounce has no envelope sender to write (RFC 5321 4.5.5), and goes as it is.
    return sender ? { kind: 'add', judged, address: sender } : { kind: 'keep', judged };
  }
  if (isMissing) return { kind: 'keep', judged, remark: 'the header has no From' };
  const remark = disguise(named.addresses);
  return remark === undefined ? { kind: 'keep', judged } : { kind: 'keep', judged, remark };
}

export interface WrittenFrom {
  readonly isMissing: boolean;
  readonly named: AddressList;
  /** Everybody that it names, in one way or another. */
  readonly addresses: readonly Mailbox[];
  readonly form: HeaderFromForm;
}

/** What the header says about who wrote the message. */
export function readFrom(header: HeaderSection): WrittenFrom {
  const fields = header.all('from');
  const isMissing = fields.every((field) => header.value(field) === '');
  const list = isMissing || fields.length > 1 ? undefined : parseAddressList(header.value(fields[0]!));
  const named = list?.ok ? list.value : { addresses: [], claimed: [] };
  return {
    isMissing,
    named,
    addresses: [...named.addresses.map(({ mailbox }) => mailbox), ...named.claimed],
    form: { fields: isMissing ? 0 : fields.length, ...(list && fault(list)) },
  };
}

/** RFC 6854 lets a group without members stand in From; it names nobody who could be permitted. */
function fault(list: ParseResult<AddressList>): { readonly fault?: string } {
  if (!list.ok) return { fault: list.reason };
  return list.value.addresses.length > 0 ? {} : { fault: 'it names no address' };
}

/** A display name that shows another address than the one behind it, as phishing does and mailing lists too. */
function disguise(addresses: readonly HeaderAddress[]): string | undefined {
  for (const { mailbox, displayName } of addresses) {
    if (displayName === '') continue;
    const shown = addressesIn(displayText(displayName, 200)).find((text) => text !== mailbox.key);
    if (shown !== undefined) return `the display name of From shows ${shown}, its address is ${mailbox.key}`;
  }
  return undefined;
}

/** What is recorded of a content without keeping it open: for routing, trace and search. Pure. */
import { isUtf8 } from 'node:buffer';
import type { HeaderSection } from '../protocol/mail/header-section.ts';
import { displayText } from '../protocol/mail/encoded-words.ts';
import type { ContentFacts } from './message.ts';

/** Characters of subject, Message-ID and From that are kept. */
const factCharactersMax = 200;

export type HeaderFacts = Pick<ContentFacts, 'subject' | 'messageId' | 'from'>;

/** Bounded and free of control characters, whatever the header holds. */
export function headerFacts(header: HeaderSection): HeaderFacts {
  let subject: string | undefined;
  let messageId: string | undefined;
  let from: string | undefined;
  for (const field of header.fields) {
    if (field.name === 'subject') subject ??= displayText(header.value(field), factCharactersMax);
    else if (field.name === 'message-id') messageId ??= displayText(header.value(field), factCharactersMax);
    else if (field.name === 'from') from ??= displayText(header.value(field), factCharactersMax);
  }
  return {
    ...(subject !== undefined && { subject }),
    ...(messageId !== undefined && { messageId }),
    ...(from !== undefined && { from }),
  };
}

/**
 * RFC 6532: the section needs SMTPUTF8. Octets beyond ASCII that are not UTF-8 (a raw Latin-1 subject) do not: no
 * extension makes them valid, and they travel as they always did.
 */
export function isUtf8Header(section: Uint8Array, eightBit: boolean): boolean {
  return eightBit && isUtf8(section);
}

/** Paths of MAIL and RCPT: RFC 5321 4.1.2. */
import { type Mailbox, parseDomain, parseMailbox } from '../../address.ts';
import { argumentFault, faulty, type Parsed, parsed } from './fault.ts';
import type { Leniency } from './leniency.ts';

export interface PathAndRest {
  /** `null` for `<>`. */
  readonly path: Mailbox | null;
  /** Parameters, without the blank before them. */
  readonly rest: string;
}

/**
 * Reads `FROM:<path>` or `TO:<path>` and what follows. `postmasterDomain` completes `<Postmaster>`, which
 * RFC 5321 4.5.1 wants understood without a domain.
 */
export function readPath(
  argument: string,
  keyword: 'FROM:' | 'TO:',
  leniency: Leniency,
  postmasterDomain: string | undefined,
): Parsed<PathAndRest> {
  if (argument.slice(0, keyword.length).toUpperCase() !== keyword) {
    return faulty(argumentFault(`Expected ${keyword}<address>`));
  }
  let start = keyword.length;
  if (argument.charCodeAt(start) === 0x20) {
    if (!leniency.spaceAfterColon) return faulty(blankFault(keyword));
    while (argument.charCodeAt(start) === 0x20) start += 1;
  }
  const end =
    argument[start] === '<' ? closingBracket(argument, start + 1) : bareEnd(argument, start, leniency);
  if (end === undefined) {
    return faulty(
      argument[start] === '<'
        ? argumentFault('The address has no closing angle bracket')
        : argumentFault(
            'The address needs angle brackets',
            `a device that writes addresses without angle brackets needs the quirk missing-angle-brackets in its source`,
          ),
    );
  }
  const bracketed = argument[start] === '<';
  const inner = argument.slice(bracketed ? start + 1 : start, end);
  const after = bracketed ? end + 1 : end;
  if (after < argument.length && argument.charCodeAt(after) !== 0x20) {
    return faulty(argumentFault('Expected a blank after the address'));
  }
  const rest = argument.slice(after + 1);
  if (inner === '') return parsed({ path: null, rest });
  if (postmasterDomain !== undefined && inner.toLowerCase() === 'postmaster') {
    return mailboxOf(`${inner}@${postmasterDomain}`, rest);
  }
  return mailboxOf(inner, rest);
}

function mailboxOf(text: string, rest: string): Parsed<PathAndRest> {
  const address = withoutSourceRoute(text);
  if (address === undefined) return faulty(argumentFault('Malformed source route'));
  const mailbox = parseMailbox(address);
  if (mailbox.ok) return parsed({ path: mailbox.value, rest });
  const explanation = `not a mailbox by RFC 5321 4.1.2: ${mailbox.reason}`;
  return faulty({
    code: 501,
    enhanced: '5.1.3',
    text: 'Malformed address',
    rule: 'address-syntax',
    explanation,
  });
}

function blankFault(keyword: string): ReturnType<typeof argumentFault> {
  return argumentFault(
    `No blank is allowed after ${keyword}`,
    'a device that writes a blank after the colon needs the quirk space-after-colon in its source',
  );
}

// The bracket that ends the path is the first outside of a quoted string.
function closingBracket(text: string, start: number): number | undefined {
  const first = text.indexOf('>', start);
  if (first < 0) return undefined;
  const quote = text.indexOf('"', start);
  if (quote < 0 || quote > first) return first;
  let quoted = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (quoted && character === 0x5c) index += 1;
    else if (character === 0x22) quoted = !quoted;
    else if (character === 0x3e && !quoted) return index;
  }
  return undefined;
}

function bareEnd(text: string, start: number, leniency: Leniency): number | undefined {
  if (!leniency.missingAngleBrackets || start >= text.length) return undefined;
  const blank = text.indexOf(' ', start);
  return blank < 0 ? text.length : blank;
}

// RFC 5321 4.1.1.3 and appendix C: `@a,@b:user@c` is accepted, and its route is ignored.
function withoutSourceRoute(text: string): string | undefined {
  if (!text.startsWith('@')) return text;
  const colon = text.indexOf(':');
  if (colon < 0 || colon > 256) return undefined;
  const hops = text.slice(0, colon).split(',');
  return hops.every((hop) => hop.startsWith('@') && parseDomain(hop.slice(1)).ok)
    ? text.slice(colon + 1)
    : undefined;
}

/**
 * Whether a source may write what stands in the header From.
 *
 * Readers of mail see the header From and not the envelope, so a source may not write another one than it may send
 * as. Several From fields are refused always: programs disagree on which of them counts (RFC 5322 3.6 permits one).
 * None at all passes, since it claims nobody's name.
 */
import type { Mailbox } from '../protocol/address.ts';
import type { Source } from './policy.ts';
import type { Refusal, Verdict } from './verdict.ts';
import { listed, notPermitted } from './verdict-text.ts';

/** How the From field looked, where its addresses alone do not say it. */
export interface HeaderFromForm {
  /** Number of From fields in the header section. */
  readonly fields: number;
  /** Why it could not be read as a list of addresses, if so. */
  readonly fault?: string;
}

/** `from`: every address of the field. The judgement is on the header as the client sent it, after repairs. */
export function judgeHeaderFrom(source: Source, from: readonly Mailbox[], form?: HeaderFromForm): Verdict {
  if (form && form.fields > 1) return refusal(severalFields(source, form.fields));
  if (source.config.rewrite?.from !== undefined) {
    return accepted(
      'header-from-rewritten',
      `the header From of ${source.name} is rewritten to ${source.config.rewrite.from}`,
    );
  }
  if (source.config.headerFrom === 'any') {
    return accepted('header-from-any', `${source.name} has "headerFrom: any"`);
  }
  if (form?.fault !== undefined) {
    return refusal({
      rule: 'header-from-malformed',
      text: 'Malformed From field in the header',
      explanation: `the From field cannot be read: ${form.fault}; ${source.name} must write an address that it may send as`,
    });
  }
  if (from.length === 0) return judgeMissing(source);
  return judgeEach(source, from);
}

function judgeEach(source: Source, from: readonly Mailbox[]): Verdict {
  const patterns = new Set<string>();
  for (const address of from) {
    const pattern = source.senders.match(address);
    if (pattern === undefined) {
      return notPermitted({
        rule: 'header-from-not-permitted',
        what: 'From address',
        address,
        explanation:
          `${source.name} may send as ${listed(source.config.senders)}, and the header From says ${address.text}; ` +
          `to let it pass, add "${address.text}" to the senders of ${source.name}, set "rewrite.from", or "headerFrom: any"`,
      });
    }
    patterns.add(pattern);
  }
  return accepted(
    'header-from-permitted',
    `the header From is held by ${[...patterns].join(', ')} of ${source.name}`,
  );
}

function judgeMissing(source: Source): Verdict {
  if (source.repairs.has('missing-from')) {
    return accepted(
      'header-from-repaired',
      `${source.name} has the repair missing-from, which writes the envelope sender`,
    );
  }
  // A message without From claims nobody's name, and its envelope sender was judged at MAIL; old devices write
  // such mail, and refusing it would lose alarms for a fault that harms nobody.
  return accepted(
    'header-from-missing',
    `the header has no From address; the repair missing-from would write the envelope sender of ${source.name}`,
  );
}

function severalFields(source: Source, fields: number): Omit<Refusal, 'kind' | 'code' | 'enhanced'> {
  return {
    rule: 'header-from-several',
    text: 'More than one From field in the header',
    explanation: `the message of ${source.name} has ${fields} From fields, and programs disagree on which one counts; the sending program must write one`,
  };
}

function accepted(rule: string, explanation: string): Verdict {
  return { kind: 'accept', rule, explanation };
}

/** RFC 3463 X.6.0: the fault is in the content of the message. */
function refusal(about: Omit<Refusal, 'kind' | 'code' | 'enhanced'>): Refusal {
  return { kind: 'refuse', code: 550, enhanced: '5.6.0', ...about };
}

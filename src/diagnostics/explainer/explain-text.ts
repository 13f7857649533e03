/**
 * Explains whatever an administrator has in hand: a reply, a piece of a log, a returned message, an error of the token
 * endpoint or of Graph, or a refusal of this relay. Works on the text alone; asks nobody.
 */
import type { ReplyEntry, Where } from '../../../microsoft365/replies/entry.ts';
import { findReply, searchedCharsMax } from '../../../microsoft365/replies/find-in-text.ts';
import { verdictInWords } from '../../../microsoft365/replies/in-words.ts';
import type { SetupTenant } from '../microsoft365/setup-input.ts';
import { addressesIn } from './addresses-in.ts';
import type { Bounce } from './bounce.ts';
import { looksLikeMail, readBounce } from './bounce.ts';
import type { DeviceWords } from './device-words.ts';
import { findDeviceWords } from './device-words.ts';
import type { Explained } from './explained.ts';
import type { OwnMatch } from './own-replies.ts';
import { findOwnReply } from './own-replies.ts';
import { settingsOf } from './settings-of.ts';
import { tenantLines } from './tenant-lines.ts';
import { tidied } from './tidied.ts';

export interface ExplainerGiven {
  /** Where it was met; absent: not known. */
  readonly where?: Where;
  /** Of the policy; empty: nothing can be filled in. */
  readonly tenants?: readonly SetupTenant[];
}

/** `undefined`: nothing is known about it. */
export async function explainText(text: string, given: ExplainerGiven = {}): Promise<Explained | undefined> {
  const bounce = looksLikeMail(text) ? await readBounce(text) : undefined;
  const pieces = bounce ? piecesOf(bounce, text) : [text];
  for (const piece of pieces) {
    const explained = explainWords(piece, given);
    if (explained) return bounce ? { ...explained, bounce: withoutText(bounce) } : explained;
  }
  return undefined;
}

/** What one recipient was told comes before the words around it. */
function piecesOf(bounce: Bounce, whole: string): readonly string[] {
  const said = bounce.recipients.flatMap(({ diagnostic, recipient }) =>
    diagnostic === undefined ? [] : [`${diagnostic}${recipient === undefined ? '' : ` to <${recipient}>`}`],
  );
  const codes = bounce.recipients.flatMap(({ status }) => (status === undefined ? [] : [status]));
  const [, forAdministrators] = bounce.text.split(/Diagnostic information for administrators:?/i);
  return [
    ...said,
    ...(forAdministrators === undefined ? [] : [forAdministrators]),
    bounce.text,
    ...codes,
    whole,
  ];
}

/** Of words that are no mail; at once. */
export function explainWords(piece: string, given: ExplainerGiven = {}): Explained | undefined {
  const text = tidied(piece.slice(0, searchedCharsMax));
  // A place names Microsoft 365 as the one who spoke.
  const own = given.where === undefined ? findOwnReply(text.slice(0, searchedCharsMax)) : undefined;
  if (own?.isCertain === true) return ofOwn(own);
  const place = given.where === undefined ? {} : { where: given.where };
  const entry = findReply(text, place) ?? findReply(piece, place);
  if (entry) return ofEntry(entry, text, given);
  if (own) return ofOwn(own);
  const said = given.where === undefined ? findDeviceWords(text) : undefined;
  return said && ofDevice(said);
}

function ofEntry(entry: ReplyEntry, text: string, { tenants = [] }: ExplainerGiven): Explained {
  const { id, code, meaning, cause, fix, side, retry, verdict, example, source, note } = entry;
  return {
    id,
    saidBy: 'microsoft-365',
    code,
    meaning,
    cause,
    fix,
    side,
    retry,
    verdict,
    advice: verdictInWords(verdict),
    clearsByItself: retry !== 'permanent',
    settings: settingsOf(id),
    lines: tenantLines(id, tenants, addressesIn(text)),
    example,
    source,
    ...(note !== undefined && { note }),
  };
}

function ofDevice({ id, code, meaning, cause, fix, settings }: DeviceWords): Explained {
  return {
    id,
    saidBy: 'device',
    code,
    meaning,
    cause,
    fix,
    side: 'device',
    retry: 'permanent',
    advice: 'No mail was spoken of yet: the device has it still, and most give it up after some tries.',
    clearsByItself: false,
    settings,
    lines: [],
    source: 'RFC 8446 6.2',
  };
}

// These of ours stay until a person acts, although the client may try again.
const waitsForPerson = new Set(['cut-over', 'rewrite', 'fault', 'login-unavailable']);
const slowDown = new Set([
  'connections',
  'messages-per-minute',
  'messages',
  'commands',
  'logins-busy',
  'bytes-in-flight',
  'user-locked-out',
]);

function ofOwn({ reply, ref }: OwnMatch): Explained {
  const { rule, code, enhanced, text, meaning, todo, side, settings } = reply;
  const retry = code >= 500 ? 'permanent' : slowDown.has(rule) ? 'throttle' : 'transient';
  return {
    id: `relay365-${rule}`,
    saidBy: 'relay365',
    code: `${code} ${enhanced}`.trim(),
    meaning,
    cause: [`This relay answered "${text}" by its rule ${rule}.`],
    fix: [sentence(todo)],
    side,
    retry,
    advice:
      retry === 'permanent'
        ? 'The same message will be refused again until something is changed; devices give it up.'
        : 'The client may try again; most devices do.',
    clearsByItself: retry !== 'permanent' && !waitsForPerson.has(rule),
    settings,
    lines: [],
    source: 'docs/replies.md',
    ...(ref !== undefined && {
      ref,
      note: `relay365 trace ${ref} tells what was decided, and by which rule.`,
    }),
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function withoutText({ text: _text, ...bounce }: Bounce): Omit<Bounce, 'text'> {
  return bounce;
}

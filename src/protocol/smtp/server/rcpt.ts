/** RCPT: RFC 5321 4.1.1.3 with the parameters of RFC 3461 and 6533. */
import type { Mailbox } from '../../address.ts';
import type { NotifyParameter, RcptParameters } from './events.ts';
import { argumentFault, faulty, type Parsed, parsed } from './fault.ts';
import type { Leniency } from './leniency.ts';
import { orcptCharactersMax } from './limits.ts';
import { needsSmtpUtf8Fault } from './mail.ts';
import { readParameters, unknownParameter } from './parameters.ts';
import { readPath } from './path.ts';
import { decodesToPrintable, isUtf8AddressXtext } from '../xtext.ts';

export interface RcptCommand {
  readonly recipient: Mailbox;
  readonly parameters: RcptParameters;
}

const noParameters: RcptParameters = { notify: undefined, orcpt: undefined };
const addressType = /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/;

/** Reads the argument of RCPT. `smtpUtf8`: MAIL asked for it. */
export function parseRcpt(
  argument: string,
  leniency: Leniency,
  context: { readonly smtpUtf8: boolean; readonly hostname: string },
): Parsed<RcptCommand> {
  const path = readPath(argument, 'TO:', leniency, context.hostname);
  if (!path.ok) return path;
  const recipient = path.value.path;
  if (recipient === null) {
    return faulty({
      ...argumentFault('A recipient cannot be empty'),
      enhanced: '5.1.3',
      rule: 'address-syntax',
    });
  }
  if (recipient.needsSmtpUtf8 && !context.smtpUtf8) return faulty(needsSmtpUtf8Fault());
  if (path.value.rest === '') return parsed({ recipient, parameters: noParameters });
  const parameters = readRcptParameters(path.value.rest, context.smtpUtf8);
  return parameters.ok ? parsed({ recipient, parameters: parameters.value }) : parameters;
}

function readRcptParameters(text: string, smtpUtf8: boolean): Parsed<RcptParameters> {
  const given = readParameters(text);
  if (!given.ok) return given;
  let { notify, orcpt }: RcptParameters = noParameters;
  for (const { keyword, value } of given.value) {
    if (keyword === 'NOTIFY') {
      notify = readNotify(value);
      if (notify === undefined) return faulty(argumentFault('NOTIFY is NEVER, or SUCCESS, FAILURE, DELAY'));
    } else if (keyword === 'ORCPT') {
      if (value === undefined || !isOrcpt(value, smtpUtf8)) {
        return faulty(argumentFault('ORCPT is an address type, a semicolon and xtext'));
      }
      orcpt = value;
    } else {
      return faulty(unknownParameter());
    }
  }
  return parsed({ notify, orcpt });
}

// RFC 3461 4.1: NEVER stands alone; a word given twice says nothing new.
function readNotify(value: string | undefined): readonly NotifyParameter[] | undefined {
  const words = value?.toLowerCase().split(',') ?? [];
  if (words.length === 1 && words[0] === 'never') return ['never'];
  const known: NotifyParameter[] = [];
  for (const word of words) {
    if (word !== 'success' && word !== 'failure' && word !== 'delay') return undefined;
    if (!known.includes(word)) known.push(word);
  }
  return known.length === 0 ? undefined : known;
}

function isOrcpt(value: string, smtpUtf8: boolean): boolean {
  const semicolon = value.indexOf(';');
  if (semicolon < 0 || Buffer.byteLength(value) > orcptCharactersMax) return false;
  const type = value.slice(0, semicolon);
  const address = value.slice(semicolon + 1);
  if (!addressType.test(type) || address === '') return false;
  if (type.toLowerCase() !== 'utf-8') return decodesToPrintable(address);
  // RFC 6533 3: characters beyond ASCII stand as they are only under SMTPUTF8.
  return isUtf8AddressXtext(address) && (smtpUtf8 || /^[\x21-\x7e]+$/.test(address));
}

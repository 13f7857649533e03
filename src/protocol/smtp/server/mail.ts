/** MAIL: RFC 5321 4.1.1.2 with the parameters of RFC 1870, 3030, 3461, 4954, 6152, 6531 and 8689. */
import { argumentFault, type Fault, faulty, type Parsed, parsed } from './fault.ts';
import type { MailParameters } from './events.ts';
import type { Leniency } from './leniency.ts';
import { envidCharactersMax } from './limits.ts';
import { readParameters, unknownParameter } from './parameters.ts';
import { readPath } from './path.ts';
import type { ReversePath } from '../../address.ts';
import { decodesToPrintable, isXtext } from '../xtext.ts';

export interface MailCommand {
  readonly reversePath: ReversePath;
  readonly parameters: MailParameters;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Reader = (parameters: Writable<MailParameters>, value: string | undefined) => Fault | undefined;

const readers = new Map<string, Reader>([
  [
    'SIZE',
    (to, value) => {
      if (value === undefined || !/^\d{1,20}$/.test(value))
        return argumentFault('SIZE needs a number of octets');
      to.size = Math.min(Number(value), Number.MAX_SAFE_INTEGER);
      return undefined;
    },
  ],
  [
    'BODY',
    (to, value) => {
      const body = value?.toLowerCase();
      if (body !== '7bit' && body !== '8bitmime' && body !== 'binarymime') {
        return argumentFault('BODY is 7BIT, 8BITMIME or BINARYMIME');
      }
      to.body = body;
      return undefined;
    },
  ],
  [
    'SMTPUTF8',
    (to, value) => {
      if (value !== undefined) return argumentFault('SMTPUTF8 has no value');
      to.smtpUtf8 = true;
      return undefined;
    },
  ],
  [
    'REQUIRETLS',
    (to, value) => {
      if (value !== undefined) return argumentFault('REQUIRETLS has no value');
      to.requireTls = true;
      return undefined;
    },
  ],
  [
    'RET',
    (to, value) => {
      const ret = value?.toLowerCase();
      if (ret !== 'full' && ret !== 'hdrs') return argumentFault('RET is FULL or HDRS');
      to.ret = ret;
      return undefined;
    },
  ],
  [
    'ENVID',
    (to, value) => {
      if (value === undefined || value.length > envidCharactersMax || !decodesToPrintable(value)) {
        return argumentFault('ENVID is xtext of at most 100 characters');
      }
      to.envid = value;
      return undefined;
    },
  ],
  [
    // RFC 4954 5: who submitted it elsewhere. We trust nobody's word on that, and the parameter ends here.
    'AUTH',
    (_to, value) =>
      value === undefined || !isXtext(value) ? argumentFault('AUTH is a mailbox in xtext or <>') : undefined,
  ],
]);

/** Reads the argument of MAIL. `tls`: REQUIRETLS is announced. */
export function parseMail(
  argument: string,
  leniency: Leniency,
  offer: { readonly tls: boolean },
): Parsed<MailCommand> {
  const path = readPath(argument, 'FROM:', leniency, undefined);
  if (!path.ok) return path;
  const given = readParameters(path.value.rest);
  if (!given.ok) return given;
  const parameters: Writable<MailParameters> = {
    size: undefined,
    body: '7bit',
    smtpUtf8: false,
    requireTls: false,
    ret: undefined,
    envid: undefined,
  };
  for (const { keyword, value } of given.value) {
    const read = readers.get(keyword);
    if (read === undefined || (keyword === 'REQUIRETLS' && !offer.tls)) return faulty(unknownParameter());
    const fault = read(parameters, value);
    if (fault !== undefined) return faulty(fault);
  }
  const reversePath = path.value.path;
  if (reversePath?.needsSmtpUtf8 === true && !parameters.smtpUtf8) return faulty(needsSmtpUtf8Fault());
  return parsed({ reversePath, parameters });
}

/** RFC 6531 3.5: a mailbox beyond ASCII without SMTPUTF8 on MAIL. */
export function needsSmtpUtf8Fault(): Fault {
  return {
    code: 553,
    enhanced: '5.6.7',
    text: 'An address beyond ASCII needs the SMTPUTF8 parameter on MAIL',
    rule: 'smtputf8',
    explanation: 'the client wrote an address with characters beyond ASCII without asking for SMTPUTF8',
  };
}

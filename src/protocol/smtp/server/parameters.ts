/** Splits ESMTP parameters: RFC 5321 4.1.2 `esmtp-keyword ["=" esmtp-value]`. */
import { argumentFault, type Fault, faulty, type Parsed, parsed } from './fault.ts';
import { parametersMax } from './limits.ts';

/** Keywords in upper case, in order; a keyword without `=` has no value. */
export type Parameters = readonly { readonly keyword: string; readonly value: string | undefined }[];

const none: Parsed<Parameters> = parsed([]);
// Before upper case is made: letters beyond ASCII may have one within it.
const keywordSyntax = /^[A-Za-z0-9][A-Za-z0-9-]*$/;

export function readParameters(text: string): Parsed<Parameters> {
  if (text === '') return none;
  const found: { keyword: string; value: string | undefined }[] = [];
  for (const word of text.split(' ')) {
    // Devices write more than one blank between parameters; nothing else can be meant.
    if (word === '') continue;
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    const keyword = name.toUpperCase();
    const value = equals < 0 ? undefined : word.slice(equals + 1);
    if (!keywordSyntax.test(name) || value === '') return faulty(argumentFault('Malformed parameter'));
    // Two values for one keyword are two readings of one command.
    if (found.some((other) => other.keyword === keyword))
      return faulty(argumentFault('Parameter given twice'));
    if (found.length >= parametersMax) return faulty(argumentFault('Too many parameters'));
    found.push({ keyword, value });
  }
  return parsed(found);
}

/** 555: RFC 5321 4.1.1.11, a parameter that is not announced. */
export function unknownParameter(): Fault {
  return {
    code: 555,
    enhanced: '5.5.4',
    text: 'Parameter not recognised',
    rule: 'parameter',
    explanation: 'the client used a parameter that the EHLO reply does not announce',
  };
}

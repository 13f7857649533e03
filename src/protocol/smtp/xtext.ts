/** RFC 3461 4: xtext, in which `+` and two upper-case hexadecimal digits stand for an octet. */

/** Whether a text is xtext; an empty one is. Linear: the alternatives share no first character. */
export function isXtext(text: string): boolean {
  return /^(?:[\x21-\x2a\x2c-\x3c\x3e-\x7e]|\+[0-9A-F]{2})*$/.test(text);
}

/** Whether an xtext, decoded, holds only printable ASCII: RFC 3461 4.2 and 4.4 forbid anything else. */
export function decodesToPrintable(xtext: string): boolean {
  return isXtext(xtext) && !/\+(?:[01][0-9A-F]|7F|[89A-F][0-9A-F])/.test(xtext);
}

/** RFC 6533 3: the `utf-8` address type: ASCII but `+`, `=` and `\`, `\x{HEX}`, or (under SMTPUTF8) UTF-8 as it is. */
export function isUtf8AddressXtext(text: string): boolean {
  return /^(?:[\x21-\x2a\x2c-\x3c\x3e-\x5b\x5d-\x7e\u00a0-\u{10ffff}]|\\x\{[0-9A-F]{2,6}\})+$/u.test(text);
}

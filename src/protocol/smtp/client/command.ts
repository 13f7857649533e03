/**
 * Writes commands. `commandLine` is the only way from values to the wire, and it refuses every control
 * character: nothing that came in an address, a parameter or the configuration can begin a second command.
 */
import type { Mailbox, ReversePath } from '../../address.ts';

/** Octets of one line, CR LF counted: RFC 4954 4 asks for 12288 for AUTH, the longest there is. */
export const commandBytesMax = 12_288;

/** Text that may not stand on a command line: a fault of whoever let it in, never of the peer. */
export class UnwritableCommand extends Error {
  override readonly name = 'UnwritableCommand';
}

// C0, DEL and C1 controls, line and paragraph separators, and halves of surrogate pairs, which UTF-8 cannot write.
// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/u;
// RFC 5321 4.1.2 esmtp-keyword and esmtp-value, the value with UTF-8 by RFC 6531 3.3.
const keywordForm = /^[A-Za-z0-9][A-Za-z0-9-]*$/;
const valueForm = /^[\x21-\x3c\x3e-\x7e\u00a0-\u{10ffff}]+$/u;

/** One line with its CR LF. Throws `UnwritableCommand`. */
export function commandLine(text: string): string {
  if (control.test(text)) throw new UnwritableCommand('control character in a command');
  const line = `${text}\r\n`;
  if (
    line.length > commandBytesMax ||
    (line.length * 3 > commandBytesMax && Buffer.byteLength(line) > commandBytesMax)
  ) {
    throw new UnwritableCommand(`command longer than ${commandBytesMax} octets`);
  }
  return line;
}

/** An ESMTP parameter; without a value it stands alone (`SMTPUTF8`). */
export interface Parameter {
  readonly keyword: string;
  readonly value?: string | number;
}

/** `MAIL FROM:<path>` or `RCPT TO:<path>` with parameters. Throws `UnwritableCommand`. */
export function pathCommand(
  verb: 'MAIL FROM' | 'RCPT TO',
  path: string,
  parameters: readonly Parameter[],
): string {
  let text = `${verb}:<${path}>`;
  for (const parameter of parameters) text += ` ${formatParameter(parameter)}`;
  return commandLine(text);
}

/**
 * How an address is written to this peer: as it came, or with its domain as A-labels where the peer does not
 * offer SMTPUTF8 and the local part allows it (RFC 5890 2.3.2.1: both name the same domain).
 */
export function pathText(address: ReversePath, form: 'utf8' | 'ascii'): string {
  if (address === null) return '';
  return form === 'utf8' || !address.needsSmtpUtf8
    ? address.text
    : `${address.localPart}@${address.domainKey}`;
}

/** The address can be written without UTF-8. */
export function fitsAscii(address: Mailbox): boolean {
  // eslint-disable-next-line no-control-regex
  return !address.needsSmtpUtf8 || !/[^\u0000-\u007f]/.test(address.localPart);
}

function formatParameter({ keyword, value }: Parameter): string {
  if (!keywordForm.test(keyword)) throw new UnwritableCommand(`malformed parameter name`);
  if (value === undefined) return keyword;
  const text = String(value);
  if (!valueForm.test(text)) throw new UnwritableCommand(`malformed value of parameter ${keyword}`);
  return `${keyword}=${text}`;
}

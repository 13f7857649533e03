/** Grammar of the commands: RFC 5321 4.1.1, RFC 6531 3.3, RFC 3461 4, RFC 3030 2. Bounded and total. */

export interface Command {
  /** Upper case. */
  readonly verb: string;
  /** What follows the verb, without the blank between and blanks at the end. */
  readonly argument: string;
}

export interface PathArgument {
  /** Inside the angle brackets, without a source route; empty for `<>`. */
  readonly address: string;
  /** Verbatim: `SIZE=1000`, `SMTPUTF8`. */
  readonly parameters: readonly string[];
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** `undefined`: not UTF-8, or a control character in it (a bare CR or LF among them). */
export function parseCommand(line: Buffer): Command | undefined {
  let text: string;
  try {
    text = utf8.decode(line);
  } catch {
    return undefined;
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) return undefined;
  const [, verb = '', argument = ''] = /^(\S*)[ \t]*(.*)$/s.exec(text) ?? [];
  return { verb: verb.toUpperCase(), argument: argument.trimEnd() };
}

/** `FROM:<a@b> SIZE=1` or `TO:<a@b>`; `undefined`: not of that form. */
export function parsePath(keyword: 'FROM' | 'TO', argument: string): PathArgument | undefined {
  const prefix = `${keyword}:`;
  if (argument.slice(0, prefix.length).toUpperCase() !== prefix) return undefined;
  // Exchange takes a blank after the colon, which RFC 5321 3.3 does not allow but many clients write.
  const rest = argument.slice(prefix.length).trimStart();
  const end = closingBracket(rest);
  if (end === -1) return undefined;
  const address = withoutSourceRoute(rest.slice(1, end));
  const tail = rest.slice(end + 1);
  if (tail !== '' && !tail.startsWith(' ')) return undefined;
  const parameters = tail.split(' ').filter((word) => word !== '');
  if (!parameters.every((word) => /^[A-Za-z0-9][A-Za-z0-9-]*(?:=[^= ]+(?:=[^ ]*)?)?$/.test(word)))
    return undefined;
  return { address, parameters };
}

/** Position of the `>` that ends the path: one inside a quoted local part does not count. */
function closingBracket(text: string): number {
  if (!text.startsWith('<')) return -1;
  let quoted = false;
  for (let at = 1; at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (character === '>' && !quoted) return at;
    else if (character === '<' && !quoted) return -1;
  }
  return -1;
}

/** RFC 5321 4.1.1.3 and appendix C: `@a,@b:user@c` means `user@c`. */
function withoutSourceRoute(path: string): string {
  if (!path.startsWith('@')) return path;
  const colon = path.indexOf(':');
  return colon === -1 ? path : path.slice(colon + 1);
}

const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\u{10ffff}-]+";
const dotString = new RegExp(`^${atom}(?:\\.${atom})*$`, 'u');
const quotedString = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e\u0080-\u{10ffff}]|\\[\x20-\x7e])*"$/u;
const label =
  '[A-Za-z0-9\\u0080-\\u{10ffff}](?:[A-Za-z0-9\\u0080-\\u{10ffff}-]*[A-Za-z0-9\\u0080-\\u{10ffff}])?';
const domainName = new RegExp(`^${label}(?:\\.${label})*$`, 'u');
const literal = /^\[(?:IPv6:[0-9A-Fa-f:.]{2,45}|\d{1,3}(?:\.\d{1,3}){3})\]$/i;

/** RFC 5321 4.1.2 Mailbox, RFC 6531 3.3 for what lies beyond ASCII, lengths of RFC 5321 4.5.3.1. */
export function isMailbox(address: string): boolean {
  const at = address.lastIndexOf('@');
  if (at < 1 || Buffer.byteLength(address) > 254) return false;
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  if (Buffer.byteLength(local) > 64) return false;
  return (
    (dotString.test(local) || quotedString.test(local)) && (domainName.test(domain) || literal.test(domain))
  );
}

/**
 * A domain name (RFC 5321 4.1.2) of one label or more, or an address literal. Recorded refusals of Exchange Online are of
 * names outside that grammar, such as `laptop.` with its dot at the end; of one label alone there is none.
 */
export function isHelloName(name: string): boolean {
  if (literal.test(name)) return true;
  return /^[\x21-\x7e]{1,255}$/.test(name) && domainName.test(name);
}

export function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

/** Reads and changes the top header section of a message, octet for octet outside the fields that are asked for. */
import { headerEnd } from '../smtp/content-rules.ts';

export interface HeaderField {
  /** Lower case. */
  readonly name: string;
  /** Unfolded, trimmed. */
  readonly value: string;
  /** Octets of the whole field in the content, CR LF included. */
  readonly start: number;
  readonly end: number;
}

/** All fields of the top header section; lines that are none are passed over. */
export function headerFields(content: Buffer): HeaderField[] {
  const end = headerEnd(content);
  const text = content.toString('latin1', 0, end);
  const fields: HeaderField[] = [];
  let start = 0;
  for (const raw of text.split(/(?<=\n)(?![ \t])/)) {
    const colon = raw.indexOf(':');
    if (colon > 0) {
      const octets = content.subarray(start + colon + 1, start + raw.length);
      fields.push({
        name: raw.slice(0, colon).trim().toLowerCase(),
        value: octets
          .toString('utf8')
          .replaceAll(/\r?\n(?=[ \t])/g, '')
          .trim(),
        start,
        end: start + raw.length,
      });
    }
    start += raw.length;
  }
  return fields;
}

/** The content without the fields of these names. */
export function withoutFields(content: Buffer, names: readonly string[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const field of headerFields(content)) {
    if (!names.includes(field.name)) continue;
    parts.push(content.subarray(from, field.start));
    from = field.end;
  }
  parts.push(content.subarray(from));
  return Buffer.concat(parts);
}

/** Addresses of all fields of this name, in order (RFC 5322 3.4; groups give their members). */
export function headerAddresses(content: Buffer, name: string): string[] {
  return headerFields(content)
    .filter((field) => field.name === name)
    .flatMap((field) => addressesIn(field.value));
}

/**
 * Addresses of an address list. Comments and display names are dropped, quoted strings kept whole: a comma or an
 * angle bracket inside them separates nothing.
 */
export function addressesIn(value: string): string[] {
  const addresses: string[] = [];
  let word = '';
  let angle: string | undefined;
  let depth = 0;
  let quoted = false;
  const finish = (): void => {
    const found = angle ?? word;
    if (found.includes('@')) addresses.push(found);
    word = '';
    angle = undefined;
  };
  let inAngle = false;
  for (let at = 0; at < value.length; at += 1) {
    const character = value[at] ?? '';
    if (depth > 0) {
      if (character === '\\') at += 1;
      else if (character === '(') depth += 1;
      else if (character === ')') depth -= 1;
      continue;
    }
    const keep = (text: string): void => {
      if (inAngle) angle = (angle ?? '') + text;
      else word += text;
    };
    if (quoted) {
      keep(character === '\\' ? character + (value[(at += 1)] ?? '') : character);
      if (character === '"') quoted = false;
    } else if (character === '"') {
      quoted = true;
      keep(character);
    } else if (/\s/.test(character)) {
      // Outside quoted strings white space only separates (RFC 5322 3.2.2).
      continue;
    } else if (character === '(') depth = 1;
    else if (character === '<') {
      inAngle = true;
      angle = '';
    } else if (character === '>') inAngle = false;
    else if (inAngle) keep(character);
    else if (character === ',' || character === ';') finish();
    else if (character === ':') word = '';
    else keep(character);
  }
  finish();
  return addresses;
}

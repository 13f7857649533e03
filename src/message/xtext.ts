/** RFC 3461 4: `xtext`, how ENVID and the address of ORCPT stand on the wire. */
import { isXtext } from '../protocol/smtp/xtext.ts';

// xchar of RFC 3461 4: any printable ASCII character but "+" and "=".
const plain = /^[\x21-\x2a\x2c-\x3c\x3e-\x7e]$/;

/** Octets that are not UTF-8 become U+FFFD; `undefined` when it is not xtext. */
export function decodeXtext(text: string): string | undefined {
  if (!isXtext(text)) return undefined;
  if (!text.includes('+')) return text;
  const octets = text.replaceAll(/\+([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(octets, 'latin1').toString('utf8');
}

/** UTF-8 octets beyond ASCII, controls, space, "+" and "=" become hexchars. */
export function encodeXtext(text: string): string {
  return Array.from(Buffer.from(text), (octet) => {
    const character = String.fromCharCode(octet);
    return plain.test(character) ? character : `+${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

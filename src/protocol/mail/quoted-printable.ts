/** RFC 2045 6.7, writing only: how a part of a report stays within seven bits and 76 characters a line. */

const lineMax = 76;

/** `bytes` is text with CRLF line ends; anything else that looks like one is encoded. */
export function encodeQuotedPrintable(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return text.split('\r\n').map(encodeLine).join('\r\n');
}

function encodeLine(line: string): string {
  const lines: string[] = [];
  let current = '';
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index);
    const isLast = index === line.length - 1;
    const encoded = isPlain(character, isLast) ? character : hex(character);
    // One place stays for the "=" of a soft line break.
    if (current.length + encoded.length > lineMax - (isLast ? 0 : 1)) {
      lines.push(`${current}=`);
      current = '';
    }
    current += encoded;
  }
  return [...lines, current].join('\r\n');
}

/** Rule 3: a blank at the end of a line may be cut off on the way, so it is encoded. */
function isPlain(character: string, isLast: boolean): boolean {
  if (character === ' ' || character === '\t') return !isLast;
  return character >= '!' && character <= '~' && character !== '=';
}

function hex(character: string): string {
  return `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

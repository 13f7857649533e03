/** Takes out of a pasted text what its way put in: continuation codes, quotation marks of replies, soft line ends, HTML. Pure. */

/** One line; the length never grows. */
export function tidied(text: string): string {
  return (
    text
      .replaceAll(/\r\n?/g, '\n')
      // RFC 2045 6.7: a soft line end.
      .replaceAll(/=\n/g, '')
      // A mail that quotes another.
      .replaceAll(/^(?:[ \t]{0,4}>)+ ?/gm, '')
      // JSON inside a text: line ends written out.
      .replaceAll(/\\r\\n|\\n/g, ' ')
      .replaceAll('&#39;', "'")
      .replaceAll('&quot;', '"')
      // RFC 5321 4.2.1: each line of a reply repeats the code, most repeat the enhanced code (RFC 2034 4).
      .replaceAll(
        /(\b[245]\d\d)-([^\n]{0,1000})(?:\n[^\n]{0,60}?\1[ -](?:[245]\.\d{1,3}\.\d{1,3}[ ]?)?)/g,
        joined,
      )
      .replaceAll(/\s+/g, ' ')
      .trim()
  );
}

function joined(_match: string, code: string, words: string): string {
  return `${code} ${words.trimEnd()} `;
}

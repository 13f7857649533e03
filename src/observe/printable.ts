/**
 * Makes text of unknown origin safe to show. A client chooses its HELO name, its addresses and its user name;
 * none of that may move a cursor, hide text or start a second line in whatever shows the log.
 */

// DEL, C1 controls (0x9b is CSI), and the invisible characters that reorder or hide text. JSON escapes C0 itself.
const hidden =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffd]/;
const hiddenAll = new RegExp(hidden.source, 'g');
// eslint-disable-next-line no-control-regex
const controlAll = new RegExp(`[\\u0000-\\u001f]|${hidden.source}`, 'g');

/** One line of JSON in which every such character is written as an escape; still the same JSON value. */
export function safeJsonLine(line: string): string {
  return hidden.test(line) ? line.replace(hiddenAll, escape) : line;
}

/** Text for a terminal: controls and hidden characters are shown as `\u001b`, the rest as it is. */
export function printable(text: string): string {
  return text.replace(controlAll, escape);
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

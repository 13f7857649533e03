/** From the octets of one line to verb and argument. */
import { isUtf8 } from 'node:buffer';

export interface CommandLine {
  /** Upper case; empty for an empty line. */
  readonly verb: string;
  /** After the verb and its blanks, without blanks at the end. */
  readonly argument: string;
  /** `utf8` holds valid UTF-8 beyond ASCII; of `invalid` the text is a guess (Latin-1). */
  readonly text: 'ascii' | 'utf8' | 'invalid';
  /** Holds a control character; RFC 5321 4.1.2 has none in any command. */
  readonly control: boolean;
}

const nonAscii = /[\u0080-\u00ff]/;
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f]/;

/** Reads the octets between two line ends (the line end itself left out). */
export function readCommandLine(buffer: Buffer, start: number, end: number): CommandLine {
  let line = buffer.toString('latin1', start, end);
  let text: CommandLine['text'] = 'ascii';
  if (nonAscii.test(line)) {
    const octets = buffer.subarray(start, end);
    text = isUtf8(octets) ? 'utf8' : 'invalid';
    if (text === 'utf8') line = octets.toString('utf8');
  }
  // RFC 5321 4.1.1: blanks at the end of a line are tolerated.
  const last = line.charCodeAt(line.length - 1);
  if (last === 0x20 || last === 0x09) line = trimEnd(line);
  const control = controls.test(line);
  const blank = line.indexOf(' ');
  if (blank < 0) return { verb: verbOf(line), argument: '', text, control };
  let from = blank + 1;
  while (line.charCodeAt(from) === 0x20) from += 1;
  return { verb: verbOf(line.slice(0, blank)), argument: line.slice(from), text, control };
}

// RFC 5321 2.4: verbs are ASCII. Unicode has letters beyond it whose upper case is an ASCII one, such as U+0131 and
// U+017F; with them a filter before us would read another command than we do.
function verbOf(word: string): string {
  const verb = word.toUpperCase();
  return verb === word || isAsciiWord(word) ? verb : word;
}

function isAsciiWord(word: string): boolean {
  for (let at = 0; at < word.length; at += 1) if (word.charCodeAt(at) > 0x7f) return false;
  return true;
}

// Not a regular expression: one that ends in `[ \t]+$` takes quadratic time on many blanks.
function trimEnd(line: string): string {
  let end = line.length;
  while (end > 0 && (line.charCodeAt(end - 1) === 0x20 || line.charCodeAt(end - 1) === 0x09)) end -= 1;
  return line.slice(0, end);
}

/** A message or its header section, as it was typed or as a file has it, on the way into the question. Pure. */
import { simulatedBytesMax } from '../../../contract/simulated-bytes.ts';
import type { Given } from '../../api/types.ts';

export type GivenContent =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly bytes: Uint8Array;
      /** Line ends become CR LF, as a mail program sends them. */
      readonly asText: boolean;
    };

type Body = Given<'simulate'>['body'];

export interface ContentParts {
  readonly content: NonNullable<Body['content']>;
  /** Of the whole, where only its first octets are judged. */
  readonly bytes?: number;
}

/** `undefined`: there is none. */
export function contentParts(given: GivenContent | undefined): ContentParts | undefined {
  if (!given) return undefined;
  if (given.kind === 'text') {
    return given.text.trim() === '' ? undefined : { content: { text: given.text } };
  }
  const octets = given.asText ? withCrLf(given.bytes) : given.bytes;
  const judged = wholeLines(octets);
  return {
    content: { base64: base64(judged) },
    ...(judged.length < octets.length && { bytes: octets.length }),
  };
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

function withCrLf(bytes: Uint8Array): Uint8Array {
  const output = new Uint8Array(bytes.length * 2);
  let length = 0;
  for (const [index, octet] of bytes.entries()) {
    const isEndOfPair = octet === lineFeed && bytes[index - 1] === carriageReturn;
    if (isEndOfPair) continue;
    if (octet === lineFeed || octet === carriageReturn) {
      output[length++] = carriageReturn;
      output[length++] = lineFeed;
    } else output[length++] = octet;
  }
  return output.subarray(0, length);
}

/** Half of a line end would be a fault that is not there. */
function wholeLines(octets: Uint8Array): Uint8Array {
  if (octets.length <= simulatedBytesMax) return octets;
  const end = octets.lastIndexOf(lineFeed, simulatedBytesMax - 1);
  return octets.subarray(0, end < 0 ? simulatedBytesMax : end + 1);
}

function base64(octets: Uint8Array): string {
  let text = '';
  for (let at = 0; at < octets.length; at += 8192) {
    text += String.fromCharCode(...octets.subarray(at, at + 8192));
  }
  return btoa(text);
}

/** Every line of it ends in LF alone. */
export function hasOnlyLineFeeds(bytes: Uint8Array): boolean {
  return bytes.includes(lineFeed) && !bytes.includes(carriageReturn);
}

/** The content of a message as Graph takes it: the whole in memory, its header section apart, the rest as base64. */
import type { Delivery } from '../connector.ts';

const emptyLine = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');

export interface SplitContent {
  /** With the line end of its last field; empty where there is no header. */
  readonly header: Buffer;
  /** From the empty line on. */
  readonly rest: Buffer;
}

/** Reads what the connector's `messageBytes` has let through, at most `bytesMax` octets. Throws when there are more. */
export async function readContent(delivery: Delivery, bytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of delivery.inMemory ?? delivery.open()) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error(`content has more than the ${bytesMax} octets that are on record`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function splitContent(content: Buffer): SplitContent {
  if (content.subarray(0, 2).equals(lineEnd)) return { header: content.subarray(0, 0), rest: content };
  const at = content.indexOf(emptyLine);
  const end = at < 0 ? content.length : at + lineEnd.length;
  return { header: content.subarray(0, end), rest: content.subarray(end) };
}

/** Octets of input for one piece of base64: a multiple of 3, so that pieces join without padding between them. */
const pieceBytes = 48 * 1024;

export function base64Bytes(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

/** The pieces of the base64 form; `onEnd` is called once the last of them was taken. */
// eslint-disable-next-line typescript/require-await
export async function* base64Pieces(content: Buffer, onEnd: () => void): AsyncGenerator<string> {
  for (let at = 0; at < content.length; at += pieceBytes) {
    yield content.toString('base64', at, at + pieceBytes);
  }
  onEnd();
}

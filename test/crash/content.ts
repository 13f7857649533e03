import { createHash } from 'node:crypto';

/** In turn: a line, a page, what just fits a row, and what goes into a file. */
export function sizeFor(count: number): number {
  return [5, 4096, 100_000, 300_000, 1_000_000][count % 5] ?? 5;
}

/** Content that can be told from its id: a length in front, then octets that follow from the id. */
export function contentFor(id: string, bytes: number): Buffer {
  const block = Buffer.concat([createHash('sha512').update(id).digest(), Buffer.from('\r\n')]);
  return Buffer.concat([Buffer.from(`${bytes}\r\n`), Buffer.alloc(bytes, block)]);
}

/** The content is whole, and of this id. */
export function isWhole(id: string, content: Buffer): boolean {
  const bytes = Number(content.subarray(0, content.indexOf('\r\n')).toString());
  return content.equals(contentFor(id, bytes));
}

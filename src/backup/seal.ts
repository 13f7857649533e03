/**
 * The encrypted form of a backup. A line of header (JSON, authenticated), then parts of 64 KiB, each sealed with
 * AES-256-GCM. The nonce of a part is its number and whether it is the last one, and every part is bound to the header, so
 * that a part that is changed, moved, repeated or left out, an end that is cut off and anything after the end are found
 * (the STREAM construction, Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015). Everything read is hostile until its
 * code is checked; of the header only what is needed to check it is used, within bounds.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { BackupFault } from './fault.ts';
import type { BackupSecret, Derivation, FileKeys } from './key.ts';
import { fileKeys, headerCode, isHeaderCode, scryptCost } from './key.ts';

const magic = 'relay365-backup';
const format = 1;
export const partBytes = 64 * 1024;
const tagBytes = 16;
const headerBytesMax = 1024;

interface Header {
  readonly magic: typeof magic;
  readonly format: number;
  readonly cipher: 'aes-256-gcm';
  readonly partBytes: number;
  readonly derivation: Derivation;
  readonly salt: string;
}

/** The octets of the file. */
export async function* seal(content: AsyncIterable<Uint8Array>, secret: BackupSecret): AsyncIterable<Buffer> {
  const salt = randomBytes(32);
  const derivation: Derivation = secret.kind === 'key' ? { name: 'raw' } : scryptCost;
  const keys = await fileKeys(secret, derivation, salt);
  const header: Header = {
    magic,
    format,
    cipher: 'aes-256-gcm',
    partBytes,
    derivation,
    salt: salt.toString('base64'),
  };
  const text = JSON.stringify(header);
  const line = Buffer.from(`${text} ${headerCode(keys, text)}\n`);
  yield line;
  let number = 0;
  for await (const { bytes, isLast } of parts(content, partBytes)) {
    yield sealPart(keys, line, { number, isLast }, bytes);
    number += 1;
  }
}

/** What was sealed. Throws BackupFault at the first octet that is not as it was written; nothing unchecked is given out. */
export async function* unseal(file: AsyncIterable<Uint8Array>, secret: BackupSecret): AsyncIterable<Buffer> {
  const { line, rest } = await readLine(file);
  const keys = await openHeader(line, secret);
  let number = 0;
  for await (const { bytes, isLast } of parts(rest, partBytes + tagBytes)) {
    yield openPart(keys, line, { number, isLast }, bytes);
    number += 1;
  }
}

interface Place {
  readonly number: number;
  readonly isLast: boolean;
}

function nonceOf({ number, isLast }: Place): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(number), 3);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

function sealPart(keys: FileKeys, line: Buffer, place: Place, bytes: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', keys.parts, nonceOf(place), { authTagLength: tagBytes });
  cipher.setAAD(hashOf(line));
  return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

function openPart(keys: FileKeys, line: Buffer, place: Place, bytes: Buffer): Buffer {
  const opened = tryPart(keys, line, place, bytes);
  if (opened) return opened;
  const at = `part ${place.number + 1}, at octet ${line.length + place.number * (partBytes + tagBytes)}`;
  if (place.isLast && tryPart(keys, line, { ...place, isLast: false }, bytes)) {
    throw new BackupFault(`the backup is cut off after ${at}: its end is missing`);
  }
  if (!place.isLast && tryPart(keys, line, { ...place, isLast: true }, bytes)) {
    throw new BackupFault(`something was added to the backup after its end (${at})`);
  }
  throw new BackupFault(`the backup is damaged, changed or cut off in ${at}`);
}

function tryPart(keys: FileKeys, line: Buffer, place: Place, bytes: Buffer): Buffer | undefined {
  if (bytes.length < tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', keys.parts, nonceOf(place), { authTagLength: tagBytes });
  decipher.setAAD(hashOf(line));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]);
  } catch {
    // The one thing that final() throws for: the code is wrong.
    return undefined;
  }
}

function hashOf(line: Buffer): Buffer {
  return createHash('sha256').update(line).digest();
}

/** Parts of one size, the last one shorter or empty: there is always a last one. */
async function* parts(
  content: AsyncIterable<Uint8Array>,
  size: number,
): AsyncIterable<{ readonly bytes: Buffer; readonly isLast: boolean }> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content) {
    waiting.push(chunk);
    length += chunk.length;
    if (length <= size) continue;
    const whole = Buffer.concat(waiting);
    let at = 0;
    // What fills a part exactly waits: only what follows tells whether it is the last one.
    for (; whole.length - at > size; at += size)
      yield { bytes: whole.subarray(at, at + size), isLast: false };
    waiting = [whole.subarray(at)];
    length = whole.length - at;
  }
  yield { bytes: Buffer.concat(waiting), isLast: true };
}

async function readLine(
  file: AsyncIterable<Uint8Array>,
): Promise<{ readonly line: Buffer; readonly rest: AsyncIterable<Uint8Array> }> {
  const source = file[Symbol.asyncIterator]();
  let read = Buffer.alloc(0);
  for (;;) {
    const end = read.indexOf(0x0a);
    if (end >= 0 && end < headerBytesMax) {
      return { line: read.subarray(0, end + 1), rest: after(read.subarray(end + 1), source) };
    }
    const next = read.length > headerBytesMax ? undefined : await source.next();
    if (next === undefined || next.done === true) throw notOurs();
    read = Buffer.concat([read, next.value]);
  }
}

async function* after(first: Uint8Array, source: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield first;
    for (;;) {
      const next = await source.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await source.return?.();
  }
}

async function openHeader(line: Buffer, secret: BackupSecret): Promise<FileKeys> {
  const [text = '', code = '', ...more] = line.toString('utf8').trimEnd().split(' ');
  const header = readHeader(text);
  if (!header || more.length > 0) throw notOurs();
  if (header.format !== format) {
    throw new BackupFault(
      `the backup has format ${header.format}, and this version reads ${format}: use the version that made it`,
    );
  }
  const keys = await fileKeys(secret, header.derivation, Buffer.from(header.salt, 'base64'));
  if (!isHeaderCode(keys, text, code)) {
    throw new BackupFault(
      `the ${secret.kind} does not fit this backup, or its header was changed: use the ${secret.kind} that it was made with`,
    );
  }
  return keys;
}

function readHeader(text: string): Header | undefined {
  let value: Partial<Header>;
  try {
    value = JSON.parse(text) as Partial<Header>;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || value.magic !== magic) return undefined;
  const isKnown =
    typeof value.format === 'number' &&
    value.cipher === 'aes-256-gcm' &&
    value.partBytes === partBytes &&
    typeof value.salt === 'string' &&
    isBounded(value.derivation);
  return isKnown ? (value as Header) : undefined;
}

/** A header may not make us spend gigabytes or minutes before its code can be checked. */
function isBounded(derivation: Derivation | undefined): boolean {
  if (derivation?.name === 'raw') return true;
  if (derivation?.name !== 'scrypt') return false;
  const { N, r, p } = derivation;
  return (
    [N, r, p].every(Number.isSafeInteger) &&
    N >= 2 &&
    N <= 2 ** 18 &&
    (N & (N - 1)) === 0 &&
    r === 8 &&
    p === 1
  );
}

function notOurs(): BackupFault {
  return new BackupFault('this is not a backup of relay365, or its beginning is damaged');
}

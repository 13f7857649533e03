/** Reads secrets where they are kept: environment, file, or (with a warning) the document itself. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DocumentFinding, DocumentPath } from './finding.ts';
import type { Secret } from './node-schema.ts';

/** Octets; a secret is a line, and a file of another kind named by mistake is not read whole. */
const secretBytesMax = 64 * 1024;

/**
 * The value of a secret. Rejects with an Error whose message names the variable or the file, and never the value.
 * One line end at the end of a file is no part of the secret.
 */
export async function readSecret(
  secret: Secret,
  baseDirectory: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  if (typeof secret === 'string') return secret;
  if ('env' in secret) return fromEnvironment(secret.env, environment);
  return fromFile(resolve(baseDirectory, secret.file), secret.file);
}

/** What is wrong with a secret, without reading more than needed; `readableByAll`: of the document it stands in. */
export async function checkSecret(
  secret: Secret,
  about: { readonly path: DocumentPath; readonly baseDirectory: string; readonly readableByAll: boolean },
  environment: NodeJS.ProcessEnv = process.env,
): Promise<readonly DocumentFinding[]> {
  const { path, baseDirectory } = about;
  if (typeof secret === 'string') return about.readableByAll ? [literalWarning(path)] : [];
  try {
    await readSecret(secret, baseDirectory, environment);
  } catch (error) {
    const expected =
      'env' in secret ? 'set it for the relay, or write { file: PATH }' : 'name a file with the value';
    return [{ severity: 'error', path, message: (error as Error).message, expected }];
  }
  const isOpen = 'file' in secret && (await isReadableByAll(resolve(baseDirectory, secret.file)));
  if (!isOpen) return [];
  return [
    {
      severity: 'warning',
      path,
      message: `every user of this machine can read the secret in ${secret.file}`,
      expected: `run chmod 600 ${secret.file}`,
    },
  ];
}

/** The permission bits let others read the file. */
export async function isReadableByAll(path: string): Promise<boolean> {
  // Windows has no such bits; node then reports them all as set.
  if (process.platform === 'win32') return false;
  const { mode } = await stat(path);
  return (mode & 0o004) !== 0;
}

function literalWarning(path: DocumentPath): DocumentFinding {
  return {
    severity: 'warning',
    path,
    message: 'this secret stands in a file that every user of this machine can read',
    expected: 'write { env: NAME } or { file: PATH }, or chmod 600 the file',
  };
}

function fromEnvironment(name: string, environment: NodeJS.ProcessEnv): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
  return value;
}

async function fromFile(path: string, shown: string): Promise<string> {
  let bytes: Buffer;
  try {
    const { size } = await stat(path);
    if (size > secretBytesMax) throw new Error(`the secret file ${shown} is larger than 64 KiB`);
    bytes = await readFile(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read: ${code ?? message}`;
    throw new Error(`the secret file ${shown} ${why}`, { cause });
  }
  const value = bytes.toString('utf8').replace(/\r?\n$/, '');
  if (value === '') throw new Error(`the secret file ${shown} is empty`);
  return value;
}

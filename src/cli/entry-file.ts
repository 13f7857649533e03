/** An entry of the policy in a file of its own, or on standard input. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { CommandFailure, exitCodes } from './failure.ts';

type Entry = Readonly<Record<string, unknown>> & { readonly name: string };

/** `file`: `-` is standard input. A list of one entry, as the policy has it, is that entry. */
export async function readEntry(file: string): Promise<Entry> {
  const text = await readText(file);
  const value = parsed(text, file);
  const entry: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  const name = (entry as { readonly name?: unknown } | null)?.name;
  if (typeof entry === 'object' && entry !== null && typeof name === 'string') return entry as Entry;
  throw new CommandFailure(
    exitCodes.configuration,
    `${file} holds no entry: one mapping with a "name" is needed`,
  );
}

export async function readText(file: string): Promise<string> {
  if (file === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  }
  return readFile(file, 'utf8').catch((error: Error) => {
    throw new CommandFailure(exitCodes.configuration, `${file} cannot be read: ${error.message}`, {
      cause: error,
    });
  });
}

function parsed(text: string, file: string): unknown {
  try {
    return parse(text, { version: '1.2', schema: 'core' });
  } catch (error) {
    throw new CommandFailure(exitCodes.configuration, `${file}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

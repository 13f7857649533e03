/** `relay365 backup`: made by the running relay, or here where it is stopped; read and restored here, where no relay needs to run. */
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { BackupFault } from '../backup/fault.ts';
import type { BackupView } from '../../contract/schemas.ts';
import type { BackupSecret } from '../backup/key.ts';
import { keySecret, passphraseSecret } from '../backup/key.ts';
import { rehearseBackup, restoreBackup, verifyBackup } from '../backup/read.ts';
import { backupSecretOf } from '../main/backup-secret.ts';
import { eitherWay } from './access-client.ts';
import type { MadeHere } from './backup-stopped.ts';
import { backUpStopped } from './backup-stopped.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { answer, countOf, formatBytes, formatTime, write, writeJson, writeTable } from './output.ts';
import { readConfig } from './read-config.ts';

interface KeyOptions extends ConfigOption {
  readonly keyFile?: string;
  readonly passphraseFile?: string;
  readonly byRelay?: true;
  readonly json?: true;
}

export async function create(
  options: ConfigOption & { readonly to?: string; readonly json?: true },
): Promise<void> {
  const to =
    options.to === undefined ? undefined : resolve(options.to) + (options.to.endsWith('/') ? '/' : '');
  const made = await eitherWay(options, {
    async running(client) {
      // A backup takes as long as it does.
      let text = '';
      for await (const piece of client.download('createBackup', { body: to === undefined ? {} : { to } }))
        text += piece;
      return JSON.parse(text) as MadeHere;
    },
    stopped: (opened) => orFailure(() => backUpStopped(opened, options, to)),
  });
  if (options.json) writeJson(made);
  else write(`${made.path}: ${formatBytes(made.bytes)}, ${made.detail}`);
}

export async function list(options: ConfigOption & { readonly json?: true }): Promise<void> {
  const found = await (await connect(options)).call('backups');
  if (options.json) {
    writeJson(found);
    return;
  }
  if (found.reason !== undefined) write(found.reason);
  writeTable(
    found.items,
    [
      { title: 'at', value: ({ at }) => formatTime(at) },
      { title: 'state', value: ({ state }) => state },
      { title: 'size', value: ({ bytes }) => formatBytes(bytes) },
      { title: 'messages', value: ({ messages }) => String(messages ?? '') },
      {
        title: 'rehearsed',
        value: ({ rehearsed }) =>
          rehearsed ? `${rehearsed.at.slice(0, 10)} ${rehearsed.ok ? 'good' : 'NOT good'}` : '',
      },
      { title: 'name', value: ({ name }) => name },
    ],
    'no backups',
  );
}

/** By the running relay, of one that `backup list` names. Exits with 1 where it is not good. */
async function byRelay(
  what: 'verifyBackup' | 'rehearseBackup',
  name: string,
  options: KeyOptions,
): Promise<void> {
  let text = '';
  for await (const piece of (await connect(options)).download(what, { params: { name } })) text += piece;
  const backup = JSON.parse(text) as BackupView;
  const found = what === 'verifyBackup' ? backup.verified : backup.rehearsed;
  if (found?.ok !== true) process.exitCode = exitCodes.other;
  answer(options, backup, () =>
    write(`${found?.ok === true ? 'good' : 'NOT good'}: ${found?.text ?? backup.detail}`),
  );
}

export async function verify(file: string, options: KeyOptions): Promise<void> {
  if (options.byRelay || options.url !== undefined) {
    await byRelay('verifyBackup', file, options);
    return;
  }
  const { manifest, files, bytes } = await orFailure(async () => verifyBackup(file, await secretOf(options)));
  answer(options, { ok: true, ...manifest.facts, files, bytes, at: manifest.at }, () =>
    write(
      `good: ${countOf(manifest.facts.messages, 'message')}, ${countOf(files, 'file')}, ${formatBytes(bytes)}, of ${manifest.at}`,
    ),
  );
}

export async function rehearse(file: string, options: KeyOptions): Promise<void> {
  if (options.byRelay || options.url !== undefined) {
    await byRelay('rehearseBackup', file, options);
    return;
  }
  const { facts } = await orFailure(async () => rehearseBackup(file, await secretOf(options), tmpdir()));
  answer(options, { ok: true, ...facts }, () =>
    write(
      `good: restored and compared, ${countOf(facts.messages, 'message')}, ${countOf(facts.contents, 'content')} in files; deleted again`,
    ),
  );
}

export async function restore(file: string, options: KeyOptions & { readonly into: string }): Promise<void> {
  const into = resolve(options.into);
  const { manifest, facts } = await orFailure(async () => restoreBackup(file, await secretOf(options), into));
  if (options.json) {
    writeJson({ into, at: manifest.at, ...facts });
    return;
  }
  write(
    `restored into ${into}: ${countOf(facts.messages, 'message')} as of ${manifest.at}, configuration under configuration/, the files that it names under configuration/files/ by their path`,
  );
  if (facts.inWork > 0) {
    write(
      `${facts.inWork} of them ${facts.inWork === 1 ? 'was' : 'were'} in work. What was sent after the backup was made is sent again: each counts as in doubt and may arrive twice.`,
    );
  }
  write('Do not start it while the original runs: both would send the same mail.');
}

async function secretOf({ config, keyFile, passphraseFile }: KeyOptions): Promise<BackupSecret> {
  if (keyFile !== undefined) return keySecret(await readFile(keyFile, 'utf8'));
  if (passphraseFile !== undefined)
    return passphraseSecret((await readFile(passphraseFile, 'utf8')).replace(/\r?\n$/, ''));
  return backupSecretOf((await readConfig(config)).node);
}

async function orFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof BackupFault || code === 'ENOENT' || code === 'EACCES') {
      throw new CommandFailure(exitCodes.other, (error as Error).message, { cause: error });
    }
    throw error;
  }
}

import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { instant } from '../platform/clock.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { newMessage, settle } from './message.fixture.ts';
import { createBackup } from './create.ts';
import { keySecret, passphraseSecret } from './key.ts';
import { rehearseBackup, restoreBackup, verifyBackup } from './read.ts';
import { partBytes, seal, unseal } from './seal.ts';

const key = keySecret(randomBytes(32).toString('base64'));
const at = instant(Date.parse('2026-11-23T08:00:00Z'));
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'relay365-backup-'));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

// eslint-disable-next-line typescript/require-await
async function* given(...chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}
const sealed = (content: Uint8Array, secret = key) => buffer(seal(given(content), secret));
const opened = (file: Uint8Array, secret = key) => buffer(unseal(given(file), secret));

describe('the sealed form', () => {
  test.each([0, 1, partBytes - 1, partBytes, partBytes + 1, 3 * partBytes, 200_000])(
    '%i octets come back as they were, however they are cut',
    async (bytes) => {
      const content = randomBytes(bytes);
      const file = await sealed(content);
      const pieces = Array.from({ length: Math.ceil(file.length / 999) }, (_, index) =>
        file.subarray(index * 999, (index + 1) * 999),
      );
      expect((await buffer(unseal(given(...pieces), key))).equals(content)).toBe(true);
    },
  );

  test('any octet that is changed is found', async () => {
    const file = await sealed(randomBytes(partBytes + 100));
    for (let place = 0; place < file.length; place += 997) {
      const changed = Buffer.from(file);
      changed[place] = (changed[place] ?? 0) ^ 1;
      await expect(opened(changed)).rejects.toThrow(/backup/);
    }
  });

  test('an end that is cut off, parts that are left out, repeated or moved, and a tail are found', async () => {
    const file = await sealed(randomBytes(4 * partBytes));
    const first = file.indexOf('\n') + 1;
    const part = (index: number) =>
      file.subarray(first + index * (partBytes + 16), first + (index + 1) * (partBytes + 16));
    const head = file.subarray(0, first);
    await expect(opened(file.subarray(0, file.length - 1))).rejects.toThrow('damaged, changed or cut off');
    await expect(opened(Buffer.concat([head, part(0), part(1)]))).rejects.toThrow('its end is missing');
    await expect(opened(Buffer.concat([head, part(1), part(0), part(2), part(3)]))).rejects.toThrow(
      'damaged',
    );
    await expect(opened(Buffer.concat([head, part(0), part(0), part(2), part(3)]))).rejects.toThrow(
      'damaged',
    );
    await expect(opened(Buffer.concat([file, part(3)]))).rejects.toThrow('added to the backup after its end');
    await expect(opened(head)).rejects.toThrow('damaged');
    await expect(opened(Buffer.alloc(0))).rejects.toThrow('not a backup of relay365');
    await expect(opened(randomBytes(5000))).rejects.toThrow('not a backup of relay365');
  });

  test('a wrong key is said to be one, and a header may not ask for gigabytes', async () => {
    const file = await sealed(randomBytes(10));
    await expect(opened(file, keySecret(randomBytes(32).toString('base64')))).rejects.toThrow(
      'the key does not fit',
    );
    const phrase = passphraseSecret('test value: seven printers');
    await expect(opened(file, phrase)).rejects.toThrow('made with a key and not with a passphrase');
    const by = await sealed(randomBytes(10), phrase);
    expect((await opened(by, phrase)).length).toBe(10);
    await expect(opened(by, passphraseSecret('test value: eight printers'))).rejects.toThrow(
      'the passphrase does not fit',
    );
    const greedy = by.toString('latin1').replace('"N":131072', '"N":1073741824');
    await expect(opened(Buffer.from(greedy, 'latin1'), phrase)).rejects.toThrow('not a backup of relay365');
    expect(() => passphraseSecret('short')).toThrow('fewer than 12');
    expect(() => keySecret('abc')).toThrow('32 octets in base64');
  });
});

describe('a backup', () => {
  const place = () => ({
    data: join(root, 'data'),
    configuration: [join(root, 'relay365.yaml')],
    named: () => [join(root, 'tls/own key.pem'), join(root, 'tls/not-there.pem')],
    hostname: 'relay.contoso.com',
    version: '0.0.0',
  });

  test('taken under load is restored into an empty directory, message by message', async () => {
    await writeFile(join(root, 'relay365.yaml'), 'hostname: relay.contoso.com\n');
    await mkdir(join(root, 'tls'));
    await writeFile(join(root, 'tls/own key.pem'), 'test value of a key\n');
    const data = join(root, 'data');
    const kept = new Map<string, Buffer>();
    const path = join(root, 'to', 'one.r365');
    {
      await using store = await openSqliteStore({ directory: data });
      await writeFile(join(data, 'secrets.key'), 'test value\n', { mode: 0o600 });
      for (let number = 0; number < 30; number += 1) {
        const content = randomBytes(number % 3 === 0 ? 400_000 : 2_000);
        kept.set(await newMessage(store, content), content);
      }
      let isOver = false;
      const load = (async () => {
        for (let number = 0; !isOver; number += 1) {
          const id = await newMessage(store, randomBytes(number % 5 === 0 ? 300_000 : 3_000));
          if (number % 2 === 0) await settle(store, id);
        }
      })();
      const made = await createBackup({ store, place: place(), secret: key, path, at });
      isOver = true;
      await load;
      expect(made.facts.faults).toEqual([]);
      expect(made.left).toEqual([`${join(root, 'tls/not-there.pem')} (ENOENT)`]);
      expect(made.facts.messages).toBeGreaterThanOrEqual(30);
      expect((await readdir(data)).filter((name) => name.startsWith('backup-'))).toEqual([]);
    }
    const into = join(root, 'restored');
    const { facts, manifest } = await restoreBackup(path, key, into);
    expect(facts.inWork).toBe(manifest.facts.inWork);
    expect(await readFile(join(into, 'secrets.key'), 'utf8')).toBe('test value\n');
    expect(await readFile(join(into, 'configuration/relay365.yaml'), 'utf8')).toContain('relay.contoso.com');
    const own = join(into, 'configuration/files', root, 'tls/own_key.pem');
    expect(await readFile(own, 'utf8')).toBe('test value of a key\n');
    await using restored = await openSqliteStore({ directory: into });
    for (const [id, content] of kept) {
      const message = await restored.get(id as never);
      if (!message?.contentRef) throw new Error(`${id} is not there`);
      const found = await buffer(restored.open(message.accepted.id, message.contentRef));
      expect(found.equals(content)).toBe(true);
    }
    const lease = { owner: 'relay.contoso.com/2', until: instant(at + 90_000_000) };
    const claimed = await restored.claim({ now: instant(at + 86_400_000), lease, limit: 1000 });
    expect(claimed.length).toBe(facts.inWork);
    // RFC 1047: whatever was in work may have been sent after the backup was made.
    expect(claimed.every(({ lapsed }) => lapsed?.owner === 'restored')).toBe(true);
  });

  test('is rehearsed without a trace, and refused where it is damaged or the directory is not empty', async () => {
    await using store = await openSqliteStore({ directory: join(root, 'data') });
    await newMessage(store, randomBytes(300_000));
    const path = join(root, 'one.r365');
    await createBackup({ store, place: place(), secret: key, path, at });
    expect((await verifyBackup(path, key)).manifest.facts.messages).toBe(1);
    expect((await rehearseBackup(path, key, root)).facts.contents).toBe(1);
    expect((await readdir(root)).toSorted()).toEqual(['data', 'one.r365']);
    await expect(restoreBackup(path, key, join(root, 'data'))).rejects.toThrow('is not empty');
    await expect(createBackup({ store, place: place(), secret: key, path, at })).rejects.toThrow(
      'exists already',
    );
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, -70_000));
    const into = join(root, 'restored');
    await expect(restoreBackup(path, key, into)).rejects.toThrow(/cut off/);
    expect(await readdir(into)).toEqual([]);
    await expect(verifyBackup(join(root, 'none'), key)).rejects.toThrow('there is no such file');
  });
});

import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyFileName, openOrMakeVault, openVault } from './vault-keys.ts';
import { createVault, newKeyText, parseKey, sealedKeyId, VaultError } from './vault.ts';

const key = () => parseKey(newKeyText());

describe('a vault', () => {
  test('gives every value back, and seals the same one differently each time', () => {
    const vault = createVault(key());
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const sealed = vault.seal(value);
        expect(sealed).toMatch(/^\$relay365\$1\$[\w$-]+$/);
        expect(vault.open(sealed)).toBe(value);
        expect(vault.seal(value)).not.toBe(sealed);
      }),
    );
  });

  test('opens nothing that was changed in any character', () => {
    const vault = createVault(key());
    const sealed = vault.seal('test value');
    for (let index = 0; index < sealed.length - 1; index++) {
      const other = sealed[index] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, index) + other + sealed.slice(index + 1);
      expect(() => vault.open(changed), changed).toThrow(VaultError);
    }
    for (const short of ['', '$relay365$1$', sealed.slice(0, -22), `${sealed}A`]) {
      expect(() => vault.open(short)).toThrow(VaultError);
    }
  });

  test('opens by older keys what a new one no longer seals, and names the key that is missing', () => {
    const [old, fresh] = [key(), key()];
    const sealed = createVault(old).seal('test value');
    const rotated = createVault(fresh, [old]);
    expect(rotated.open(sealed)).toBe('test value');
    expect(sealedKeyId(rotated.seal('test value'))).toBe(fresh.id);
    expect(() => createVault(fresh).open(sealed)).toThrow(old.id);
  });
});

test('a key is 32 octets in base64 or hexadecimal digits', () => {
  const bytes = Buffer.alloc(32, 7);
  const ids = (['base64', 'base64url', 'hex'] as const).map((form) => parseKey(bytes.toString(form)).id);
  expect(new Set(ids).size).toBe(1);
  for (const bad of [
    '',
    'word',
    Buffer.alloc(31).toString('base64'),
    `${bytes.toString('hex')}00`,
    '§'.repeat(43),
  ]) {
    expect(() => parseKey(bad), bad).toThrow('32 octets');
  }
});

describe('the place of the key', () => {
  test('without secretsKey is secrets.key with mode 0600, made once', async () => {
    await using place = await dataDirectory();
    expect(await openVault(place)).toBeUndefined();
    const made = await openOrMakeVault(place);
    expect((await stat(place.file)).mode & 0o777).toBe(0o600);
    const again = await openOrMakeVault(place);
    expect(again.open(made.seal('test value'))).toBe('test value');
    expect(JSON.stringify(made)).not.toContain((await readFile(place.file, 'utf8')).trim());
  });

  test('is refused when other users may use it', async () => {
    await using place = await dataDirectory();
    await openOrMakeVault(place);
    for (const mode of [0o640, 0o604, 0o620]) {
      await chmod(place.file, mode);
      await expect(openVault(place)).rejects.toThrow(`chmod 600 ${place.file}`);
    }
    await chmod(place.file, 0o400);
    expect(await openVault(place)).toBeDefined();
  });

  test('may be the environment or another file; an unusable one is told without its text', async () => {
    await using place = await dataDirectory();
    const text = newKeyText();
    const env = { ...place, secretsKey: { env: 'TEST_KEY' } };
    expect((await openVault(env, { TEST_KEY: text }))?.keyId).toBe(parseKey(text).id);
    await expect(openVault(env, {})).rejects.toThrow(
      'secretsKey: the environment variable TEST_KEY is not set',
    );
    const failure = await openVault(env, { TEST_KEY: 'not-a-key' }).catch((error: unknown) => String(error));
    expect(failure).toContain('32 octets');
    expect(failure).not.toContain('not-a-key');
    await writeFile(join(place.data, 'elsewhere'), `${text}\n`);
    const file = { ...place, secretsKey: { file: join(place.data, 'elsewhere') } };
    expect((await openOrMakeVault(file)).keyId).toBe(parseKey(text).id);
  });

  test('holds older keys below the one that encrypts', async () => {
    await using place = await dataDirectory();
    const sealed = (await openOrMakeVault(place)).seal('test value');
    const old = await readFile(place.file, 'utf8');
    const fresh = newKeyText();
    await writeFile(place.file, `${fresh}\n${old}`);
    const vault = await openVault(place);
    expect(vault?.keyId).toBe(parseKey(fresh).id);
    expect(vault?.open(sealed)).toBe('test value');
  });
});

async function dataDirectory() {
  const data = await mkdtemp(join(tmpdir(), 'relay365-vault-'));
  return {
    data,
    file: join(data, keyFileName),
    [Symbol.asyncDispose]: () => rm(data, { recursive: true, force: true }),
  };
}

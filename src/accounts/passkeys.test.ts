import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { address, makeAccess, outcome, testPassword } from './access.fixture.ts';

const place = { origin: 'https://relay.contoso.com', host: 'relay.contoso.com' };

/** CBOR (RFC 8949) of what an attestation holds: small maps, byte strings, texts and integers. */
function cbor(value: unknown): Buffer {
  const head = (major: number, count: number): Buffer =>
    count < 24
      ? Buffer.from([(major << 5) | count])
      : count < 256
        ? Buffer.from([(major << 5) | 24, count])
        : Buffer.from([(major << 5) | 25, count >> 8, count & 0xff]);
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const members = [...(value as Map<unknown, unknown>)];
  return Buffer.concat([
    head(5, members.length),
    ...members.flatMap(([key, item]) => [cbor(key), cbor(item)]),
  ]);
}

/** An authenticator as WebAuthn Level 3 section 6 describes it: ES256, no attestation. */
function makeAuthenticator() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const id = Buffer.from('a test credential id');
  let counter = 0;
  // 6.1: hash of the relying party, flags UP UV (and AT), signature counter.
  const data = (rpId: string, flags: number, attested = Buffer.alloc(0)): Buffer => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE((counter += 1));
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), count, attested]);
  };
  const client = (type: string, challenge: string, origin: string): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const url = (bytes: Buffer): string => bytes.toString('base64url');
  const common = { id: url(id), rawId: url(id), type: 'public-key', clientExtensionResults: {} };
  return {
    create(challenge: string, { origin = place.origin, rpId = place.host, flags = 0x45 } = {}) {
      const key = cbor(
        new Map<number, unknown>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, Buffer.from(x, 'base64url')],
          [-3, Buffer.from(y, 'base64url')],
        ]),
      );
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key]);
      const object = new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', data(rpId, flags, attested)],
      ]);
      const clientDataJSON = url(client('webauthn.create', challenge, origin));
      return {
        ...common,
        response: { clientDataJSON, attestationObject: url(cbor(object)), transports: ['usb'] },
      };
    },
    get(challenge: string, { origin = place.origin, rpId = place.host, flags = 0x05, spoil = false } = {}) {
      const authenticatorData = data(rpId, flags);
      const clientDataJSON = client('webauthn.get', challenge, origin);
      const hash = createHash('sha256').update(clientDataJSON).digest();
      const signature = sign('sha256', Buffer.concat([authenticatorData, hash]), privateKey);
      if (spoil) signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
      return {
        ...common,
        response: {
          authenticatorData: url(authenticatorData),
          clientDataJSON: url(clientDataJSON),
          signature: url(signature),
        },
      };
    },
  };
}

async function withPasskey() {
  const made = await makeAccess();
  const { accounts, passkeys, clock } = made;
  await accounts.add({ name: 'alex', role: 'operator', password: testPassword });
  const authenticator = makeAuthenticator();
  const offer = await passkeys.offer(accounts.get('alex'), place);
  const response = authenticator.create(String(offer.options['challenge']));
  await passkeys.add(accounts.get('alex'), { id: offer.id, name: 'test key', response }, place);
  const signIn = async (how: Parameters<typeof authenticator.get>[1] = {}, at = place) => {
    const asked = await passkeys.ask(place, address);
    const answer = authenticator.get(String(asked.options['challenge']), how);
    return outcome(clock, passkeys.signIn({ id: asked.id, response: answer }, at, address));
  };
  return { ...made, authenticator, signIn };
}

describe('a passkey', () => {
  test('is added and signs in, and its use is noted', async () => {
    const { signIn, accounts, clock } = await withPasskey();
    expect(await signIn()).toMatchObject({ name: 'alex' });
    expect(accounts.get('alex').passkeys).toMatchObject([
      { name: 'test key', counter: 2, transports: ['usb'], lastUsedAt: clock.now() },
    ]);
  });

  test.each([
    ['signed wrongly', { spoil: true }],
    ['for another origin', { origin: 'https://evil.test' }],
    ['for another relying party', { rpId: 'evil.test' }],
    ['without verification of the person', { flags: 0x01 }],
  ])('%s does not sign in', async (_, how) => {
    const { signIn } = await withPasskey();
    expect(await signIn(how)).toMatchObject({ kind: 'wrong' });
  });

  test('answers a challenge once, and in time', async () => {
    const { passkeys, authenticator, clock } = await withPasskey();
    const asked = await passkeys.ask(place, address);
    const response = authenticator.get(String(asked.options['challenge']));
    const given = { id: asked.id, response };
    expect(await outcome(clock, passkeys.signIn(given, place, address))).toMatchObject({ name: 'alex' });
    expect(await outcome(clock, passkeys.signIn(given, place, address))).toMatchObject({ kind: 'wrong' });
    const late = await passkeys.ask(place, address);
    await clock.advance(5 * 60_000);
    const answer = authenticator.get(String(late.options['challenge']));
    expect(
      await outcome(clock, passkeys.signIn({ id: late.id, response: answer }, place, address)),
    ).toMatchObject({ kind: 'wrong' });
  });

  test('whose counter went back is a copy, and does not sign in', async () => {
    const { signIn, accounts } = await withPasskey();
    await accounts.update('alex', (account) => ({
      ...account,
      passkeys: account.passkeys.map((passkey) => ({ ...passkey, counter: 100 })),
    }));
    expect(await signIn()).toMatchObject({ kind: 'wrong' });
  });

  test('of a disabled account, or one that was removed, does not sign in', async () => {
    const { signIn, accounts, passkeys } = await withPasskey();
    await accounts.change('alex', { disabled: true });
    expect(await signIn()).toMatchObject({ kind: 'wrong' });
    await accounts.change('alex', { disabled: false });
    await passkeys.remove(accounts.get('alex'), accounts.get('alex').passkeys[0]?.id ?? '');
    expect(await signIn()).toMatchObject({ kind: 'wrong' });
  });

  test.each([{}, { id: 5 }, { id: '__proto__' }, { id: 'x', response: null }])(
    'that is none (%j) is refused like any other',
    async (response) => {
      const { passkeys, clock } = await withPasskey();
      const { id } = await passkeys.ask(place, address);
      expect(await outcome(clock, passkeys.signIn({ id, response }, place, address))).toMatchObject({
        kind: 'wrong',
      });
    },
  );

  test('is not added for another origin, nor for somebody else, nor under an address', async () => {
    const { passkeys, accounts } = await withPasskey();
    const other = makeAuthenticator();
    const kim = await accounts.add({ name: 'kim', role: 'viewer', password: testPassword });
    const first = await passkeys.offer(kim, place);
    const foreign = other.create(String(first.options['challenge']), { origin: 'https://evil.test' });
    await expect(
      passkeys.add(kim, { id: first.id, name: 'x', response: foreign }, place),
    ).rejects.toMatchObject({
      kind: 'unfit',
    });
    const second = await passkeys.offer(kim, place);
    const right = other.create(String(second.options['challenge']));
    await expect(
      passkeys.add(accounts.get('alex'), { id: second.id, name: 'x', response: right }, place),
    ).rejects.toMatchObject({ kind: 'conflict' });
    await expect(
      passkeys.offer(kim, { origin: 'http://127.0.0.1:8365', host: '127.0.0.1:8365' }),
    ).rejects.toMatchObject({ kind: 'conflict' });
  });
});

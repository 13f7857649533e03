import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { selfSigned } from '../platform/certificates.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { loadPolicy } from './load-policy.ts';
import { testPasswordHash } from './policy-for-tests.ts';
import { formatFinding } from '../config/finding.ts';
import { loadNodeConfig, parseNodeConfig, parsePolicyDocument } from '../config/load.ts';
import { readSecret } from '../config/secrets.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'relay365-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const minimal = 'hostname: relay.contoso.com\nlisteners: [{ name: devices, port: 2525 }]\n';

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Messages of a whole configuration, policy included. */
async function messages(text: string, clock = new FakeClock('2026-11-23T08:00:00Z')): Promise<string[]> {
  const node = await loadNodeConfig(write('relay365.yaml', text), clock);
  if (node.kind === 'faulty') return node.findings.map(formatFinding);
  const policy = await loadPolicy({ node: node.value, revision: 1, clock });
  return [...node.findings, ...policy.findings].map(
    ({ severity, line, message }) => `${severity} ${line}: ${message}`,
  );
}

describe('what stands in relay365.yaml', () => {
  test('the defaults of the reference', () => {
    const node = parseNodeConfig(minimal, '/etc/relay365/relay365.yaml');
    expect(node).toMatchObject({
      kind: 'ok',
      findings: [],
      value: {
        data: '/etc/relay365/data',
        store: 'sqlite',
        listeners: [
          {
            address: '127.0.0.1',
            tls: 'starttls',
            minimumTls: '1.2',
            limits: { connections: 1000, messageBytes: 157_286_400, idle: 300_000 },
          },
        ],
        console: { address: '127.0.0.1', port: 8365 },
        minimumFree: 268_435_456,
        policyOrigin: { kind: 'managed' },
      },
    });
  });
  test('relative paths are relative to the file', () => {
    const node = parseNodeConfig(
      `${minimal}tls: { certificate: [a.pem, ./b/c.pem], key: [/k/a.key, ../b.key], clientCa: ca.pem }\npolicy: policy.yaml\n`,
      '/etc/relay365/relay365.yaml',
    );
    expect(node).toMatchObject({
      value: {
        tls: {
          certificate: ['/etc/relay365/a.pem', '/etc/relay365/b/c.pem'],
          key: ['/k/a.key', '/etc/b.key'],
          clientCa: '/etc/relay365/ca.pem',
        },
        policyOrigin: { kind: 'file', path: '/etc/relay365/policy.yaml' },
      },
    });
  });
  test('V9: member names as keys change no prototype', () => {
    const node = parseNodeConfig(`${minimal}__proto__: { hostname: evil }\n`, 'relay365.yaml');
    expect(node.kind).toBe('faulty');
    expect(({} as { hostname?: string }).hostname).toBeUndefined();
  });
  test('aliases save writing', () => {
    const node = parseNodeConfig(
      'hostname: relay.contoso.com\nlisteners:\n  - { name: a, port: 1, limits: &l { idle: 1m } }\n  - { name: b, port: 2, limits: *l }\n',
      'relay365.yaml',
    );
    expect(node.kind === 'ok' && node.value.listeners.map(({ limits }) => limits.idle)).toEqual([
      60_000, 60_000,
    ]);
  });
  test('a fault behind an alias has the place of what it repeats', () => {
    const node = parseNodeConfig(
      'hostname: relay.contoso.com\nlisteners:\n  - { name: a, port: 1, limits: &l { idle: x } }\n  - { name: b, port: 2, limits: *l }\n',
      'r.yaml',
    );
    expect(node.findings.map(({ line, column }) => [line, column])).toEqual([
      [3, 44],
      [3, 44],
    ]);
  });
});

describe('settings that need an explicit word', () => {
  test('are said in words', async () => {
    expect(
      await messages(`hostname: relay.contoso.com
store: memory
listeners:
  - { name: old, port: 2525, minimumTls: "1.0" }
  - { name: clear, port: 2526, authWithoutTls: true }
  - { name: plain, port: 2527, tls: off, authWithoutTls: true, proxyProtocol: [0.0.0.0/0] }
`),
    ).toEqual([
      'danger 2: mail is kept in memory only and is lost when the relay stops',
      'danger 4: listener old: TLS 1.0 is broken, and whoever is on the way may read mail and passwords',
      'danger 5: listener clear: passwords may cross the network in clear',
      'danger 6: listener plain: passwords cross the network in clear, always, because TLS is off',
      'danger 6: listener plain: any client may claim any address by a PROXY header',
    ]);
  });
});

describe('certificates', () => {
  test('a good pair says nothing, one near its end warns, one past it is an error', async () => {
    const { certificate, key } = await selfSigned('relay.contoso.com', {
      now: new Date('2026-11-23T08:00:00Z'),
      days: 100,
    });
    write('cert.pem', certificate);
    write('key.pem', key);
    const text = `${minimal}tls: { certificate: cert.pem, key: key.pem }\n`;
    expect(await messages(text)).toEqual([]);
    expect((await messages(text, new FakeClock('2027-02-20T08:00:00Z'))).join()).toMatch(
      /^warning 3: the certificate CN=relay\.contoso\.com in .* ends on 2027-03-03, in 1[01] days$/,
    );
    expect((await messages(text, new FakeClock('2027-04-01T08:00:00Z'))).join()).toContain(
      'ended on 2027-03-03',
    );
  });
  test('a key of another certificate is an error', async () => {
    const { certificate } = await selfSigned('relay.contoso.com', {
      now: new Date('2026-11-23T08:00:00Z'),
      days: 100,
    });
    write('cert.pem', certificate);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    write('other.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect((await messages(`${minimal}tls: { certificate: cert.pem, key: other.pem }\n`)).join()).toContain(
      'is not that of the certificate in',
    );
  });
});

describe('policy', () => {
  const source = `sources: [{ name: erp, login: { username: erp, password: "${testPasswordHash}" }, senders: ["*@contoso.com"] }]`;
  const connector = (password: string): string =>
    `connectors: [{ name: out, route: { type: smart-host, hosts: [mail.example.net], login: { username: u, password: ${password} } } }]`;
  test('in a file: findings have its places, paths are relative to it', async () => {
    write('policy.yaml', `${source}\n${connector('{ file: secret.txt }')}\n`);
    chmodSync(write('secret.txt', 'a test value\n'), 0o600);
    expect(await messages(`${minimal}policy: policy.yaml\n`)).toEqual([]);
    write('policy.yaml', `${source}\nconnectors:\n  - name: out\n    route: { type: mx }\n    tls: off\n`);
    expect(await messages(`${minimal}policy: policy.yaml\n`)).toEqual([
      'danger 5: out: mail leaves in clear, and whoever is on the way can read and change it',
    ]);
  });
  test('a literal secret in a file that all can read is a warning', async () => {
    chmodSync(write('policy.yaml', `${source}\n${connector('a-test-value')}\n`), 0o644);
    expect(await messages(`${minimal}policy: policy.yaml\n`)).toEqual([
      'warning 2: this secret stands in a file that every user of this machine can read',
    ]);
    chmodSync(join(folder, 'policy.yaml'), 0o640);
    expect(await messages(`${minimal}policy: policy.yaml\n`)).toEqual([]);
  });
  test('a secret file that all can read is a warning', async () => {
    chmodSync(write('open.txt', 'a test value'), 0o644);
    write('policy.yaml', `${source}\n${connector('{ file: open.txt }')}\n`);
    expect((await messages(`${minimal}policy: policy.yaml\n`)).join()).toContain(
      'every user of this machine can read the secret in',
    );
  });
  test('a login that no listener can offer is a warning', async () => {
    const text = `hostname: relay.contoso.com\nlisteners: [{ name: devices, port: 2525, tls: off }]\npolicy:\n  ${source}\n  connectors: [{ name: out, route: { type: mx } }]\n`;
    expect((await messages(text)).join()).toContain('erp cannot log in: no listener it may use offers TLS');
  });
});

describe('secrets', () => {
  test('are read where they are kept', async () => {
    write('s.txt', 'with a line end\r\n');
    expect(await readSecret('literal', folder)).toBe('literal');
    expect(await readSecret({ file: 's.txt' }, folder)).toBe('with a line end');
    expect(await readSecret({ env: 'A' }, folder, { A: 'from the environment' })).toBe(
      'from the environment',
    );
  });
  test.each([
    [{ env: 'NO_SUCH' }, 'the environment variable NO_SUCH is not set'],
    [{ env: '__proto__' }, 'the environment variable __proto__ is not set'],
    [{ file: 'no-such' }, 'the secret file no-such does not exist'],
    [{ file: 'empty.txt' }, 'the secret file empty.txt is empty'],
    [{ file: '.' }, 'the secret file . cannot be read: EISDIR'],
  ])('%j: %s', async (secret, message) => {
    write('empty.txt', '\n');
    await expect(readSecret(secret, folder, Object.create(null) as NodeJS.ProcessEnv)).rejects.toThrow(
      message,
    );
  });
});

describe('hostile text', () => {
  test.each([
    ['deep nesting', '['.repeat(200_000)],
    ['deep block nesting', '- '.repeat(50_000)],
    ['many aliases', `a: &a [${'x,'.repeat(5000)}]\nb: [${'*a,'.repeat(5000)}]\n`],
    ['too large', 'x'.repeat(10_000_001)],
    ['a NUL', 'hostname: a\0b\n'],
  ])('%s is a finding', (_name, text) => {
    const read = parsePolicyDocument(text, 'policy.yaml');
    expect(read.kind).toBe('faulty');
    expect(read.findings.length).toBeLessThan(30);
  });
  test('invalid UTF-8 is a finding', async () => {
    writeFileSync(join(folder, 'latin1.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xfc, 0x0a]));
    const read = await loadNodeConfig(join(folder, 'latin1.yaml'));
    expect(read.findings.map(({ message }) => message)).toEqual(['the file is not UTF-8']);
  });
  test('no text crashes it', () => {
    const word = fc.constantFrom(
      'hostname',
      ': ',
      '\n',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '!!str ',
      '"',
      "'",
      '|',
      '\t',
      '#',
      '? ',
      '---\n',
      'sources',
      'name',
      '1',
      '<<',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 3 })), { maxLength: 30 }), (words) => {
        const text = words.join('');
        for (const read of [parseNodeConfig(text, 'r.yaml'), parsePolicyDocument(text, 'p.yaml')]) {
          for (const finding of read.findings) {
            expect(finding.line).toBeGreaterThan(0);
            expect(finding.column).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

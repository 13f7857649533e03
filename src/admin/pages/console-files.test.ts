import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { host, makeTestServer } from '../testing/test-server.ts';

let directory: string;
let server: Awaited<ReturnType<typeof makeTestServer>>['server'];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'relay365-console-'));
  await mkdir(join(directory, 'dist/assets'), { recursive: true });
  await writeFile(join(directory, 'secret.txt'), 'not for anybody');
  await writeFile(
    join(directory, 'dist/index.html'),
    '<meta property="csp-nonce" nonce="__NONCE__"><p>__NONCE__',
  );
  await writeFile(join(directory, 'dist/assets/main-a1b2c3.js'), 'run()');
  await writeFile(join(directory, 'dist/assets/main-a1b2c3.js.gz'), gzipSync('run()'));
  ({ server } = await makeTestServer({ server: { consoleDirectory: join(directory, 'dist') } }));
});

afterAll(() => rm(directory, { recursive: true }));

const get = (url: string, headers: object = {}) => server.inject({ url, headers: { host, ...headers } });

describe('pages', () => {
  test('every path is the one page, with a nonce of its own each time', async () => {
    const nonces = new Set<string>();
    for (const path of ['/', '/messages', '/messages/01KB0000000000000000000000', '/first', '/sign-in?x=1']) {
      const answer = await get(path, { accept: 'text/html,*/*;q=0.8', 'sec-fetch-site': 'cross-site' });
      expect(answer.statusCode).toBe(200);
      const policy = String(answer.headers['content-security-policy']);
      const nonce = /style-src-elem 'self' 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      expect(answer.body).toBe(`<meta property="csp-nonce" nonce="${nonce}"><p>${nonce}`);
      nonces.add(nonce);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toMatch(/script-src[^;]*unsafe/);
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cache-control': 'no-store',
      });
    }
    expect(nonces.size).toBe(5);
  });

  test('no path of the API is a page', async () => {
    expect((await get('/api/v1/nothing', { accept: 'text/html' })).statusCode).toBe(401);
    expect((await get('/api', { accept: 'text/html' })).statusCode).toBe(401);
  });

  test('where nothing is built the page says how to build it', async () => {
    const bare = await makeTestServer();
    const answer = await bare.server.inject({ url: '/', headers: { host } });
    expect(answer.statusCode).toBe(404);
    expect(answer.body).toContain('npm run prepare');
  });
});

describe('files', () => {
  test('with a hash in their name may be kept for ever, compressed where that lies beside', async () => {
    const answer = await get('/assets/main-a1b2c3.js', { 'accept-encoding': 'gzip' });
    expect(answer.headers['cache-control']).toContain('immutable');
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(answer.headers['content-type']).toContain('javascript');
    expect(gunzipSync(answer.rawPayload).toString()).toBe('run()');
    expect((await get('/assets/main-a1b2c3.js')).body).toBe('run()');
  });

  // V15
  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/%00.js',
    '//etc/passwd',
    '/..\\secret.txt',
  ])('%s leads nowhere', async (path) => {
    const answer = await get(path);
    expect(answer.body).not.toContain('not for anybody');
    expect(answer.body).not.toContain('root:');
  });

  test('that are not there are 404, and no page', async () => {
    expect((await get('/assets/gone-123.js')).statusCode).toBe(404);
  });
});

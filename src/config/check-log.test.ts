import { expect, test } from 'vitest';
import { parseNodeConfig } from './load.ts';

const findings = (written: object): readonly string[] => {
  const text = JSON.stringify({
    hostname: 'relay.contoso.com',
    listeners: [{ name: 'devices', port: 2525 }],
    ...written,
  });
  return parseNodeConfig(text, 'relay365.yaml').findings.map(
    ({ severity, path, message }) => `${severity} ${path}: ${message}`,
  );
};
const syslog = (more: object) => ({ log: [{ to: 'syslog', host: 'logs.contoso.com', ...more }] });

test.each([
  [syslog({ transport: 'udp' }), 'log[0].transport'],
  [syslog({ transport: 'tcp' }), 'log[0].transport'],
  [{ tracing: { endpoint: 'http://traces.contoso.com:4318' } }, 'tracing.endpoint'],
])('a collector in clear text is warned of: %j', (written, path) => {
  expect(findings(written)).toEqual([expect.stringMatching(new RegExp(`^warning .*in clear$`))]);
  expect(findings(written)[0]).toContain(path);
});

test.each([
  syslog({ transport: 'tls' }),
  syslog({ transport: 'udp', host: '127.0.0.1' }),
  syslog({ transport: 'tcp', host: '::1' }),
  { tracing: { endpoint: 'https://traces.contoso.com:4318' } },
  { tracing: { endpoint: 'http://[::1]:4318' } },
  { tracing: { endpoint: 'http://localhost:4318' } },
])('on this machine, or over TLS, it is not: %j', (written) => {
  expect(findings(written)).toEqual([]);
});

test('a certificate without its key is an error', () => {
  expect(findings(syslog({ certificate: './a.pem' }))).toEqual([
    'error log[0].certificate: a certificate and its key are named together or not at all',
  ]);
});

test('a log file among those of the W3C log is warned of', () => {
  const written = { log: [{ to: 'file', path: './w3c/relay.log' }], w3cLog: { directory: './w3c' } };
  expect(findings(written)).toEqual([expect.stringMatching(/^warning log\[0\]\.path: the file is in/)]);
});

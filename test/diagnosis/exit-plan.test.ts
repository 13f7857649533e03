/** The exit plan by cipher suite, from handshakes that were really made: API and command. Names of suites: RFC 5289, RFC 8446 B.4. */
import { createTransport } from 'nodemailer';
import { expect, test } from 'vitest';
import type { ExitPlanView } from '../../contract/schemas.ts';
import { asking } from '../harness/admin-ask.ts';
import { runHere } from '../cli/in-process.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { startTestRelay } from '../harness/relay.ts';

const cbc = 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256';
const gcm = 'TLS_AES_256_GCM_SHA384';

test('sources are told apart by the suite that they agreed on, and a weak one is named as such', async () => {
  await using nextHop = await startNextHop();
  await using relay = await startTestRelay({
    listener: { tls: 'starttls', address: '127.0.0.1' },
    policy: {
      sources: [
        { name: 'old-scanner', networks: ['127.0.0.1'], senders: ['*@contoso.com'] },
        { name: 'erp', networks: ['127.0.0.2'], senders: ['*@contoso.com'] },
      ],
      connectors: [
        { name: 'out', route: { type: 'smart-host', hosts: [`127.0.0.1:${nextHop.port}`] }, tls: 'off' },
      ],
    },
  });
  const send = async (localAddress: string, tls: object): Promise<void> => {
    const { port } = relay;
    const options = { host: '127.0.0.1', port, localAddress, requireTLS: true };
    const transport = createTransport({ ...options, tls: { rejectUnauthorized: false, ...tls } });
    await transport.sendMail({ from: 'a@contoso.com', to: 'b@fabrikam.example', subject: 'x', text: 'x' });
    transport.close();
  };
  await send('127.0.0.1', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-SHA256' });
  await send('127.0.0.2', { minVersion: 'TLSv1.3' });

  const ask = asking(relay);
  const namesOf = async (cipher?: string) =>
    (await ask('exitPlan', { query: cipher === undefined ? {} : { cipher } })).sources
      .map(({ source }) => source)
      .toSorted();
  await expect.poll(() => namesOf()).toEqual(['erp', 'old-scanner']);
  expect(await namesOf('weak')).toEqual(['old-scanner']);
  expect(await namesOf(gcm)).toEqual(['erp']);
  expect(await namesOf('TLS_NOBODY')).toEqual([]);

  const cli = (...args: string[]) => runHere(['exit-plan', ...args, '--config', relay.workspace.configFile]);
  const plan = JSON.parse((await cli('--cipher', 'weak', '--json')).stdout) as ExitPlanView;
  expect(plan.sources.map(({ source }) => source)).toEqual(['old-scanner']);
  expect(plan.ciphers).toMatchObject([
    { cipher: cbc, versions: ['TLSv1.2'], sources: ['old-scanner'], sessions: 1 },
    { cipher: gcm, versions: ['TLSv1.3'], sources: ['erp'], sessions: 1 },
  ]);
  expect(plan.ciphers[0]?.weakness).toContain('RFC 9325');
  expect(plan.ciphers[1]?.weakness).toBeUndefined();
  // What a step does is judged for all sources, whichever are listed.
  expect(plan.steps[0]?.sources).toHaveLength(2);

  const table = (await cli('--cipher', cbc)).stdout;
  expect(table).toContain('old-scanner');
  expect(table).toContain(cbc);
  expect(table).not.toContain('erp');
  expect((await cli('--cipher', 'TLS_NOBODY')).stdout).toContain('no source agreed on TLS_NOBODY');
});

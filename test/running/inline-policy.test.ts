/** A policy inside relay365.yaml: the API shows it as it is written, and where each route leads. */
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { startTestRelay } from '../harness/relay.ts';
import { makeWorkspace } from '../harness/workspace.ts';

test('is shown without what the relay adds to it', async () => {
  const policy = {
    tenant: { domain: 'contoso.com' },
    sources: [{ name: 'scanner', networks: ['127.0.0.1'], senders: ['*@contoso.com'] }],
    connectors: [
      {
        name: 'out',
        route: { type: 'exchange-online', host: 'contoso-com.mail.protection.outlook.com' },
      },
    ],
  };
  await using workspace = await makeWorkspace({ policy });
  const node = parse(await workspace.read('relay365.yaml')) as Record<string, unknown>;
  await workspace.write('relay365.yaml', stringify({ ...node, policy }));
  await using relay = await startTestRelay({ workspace });
  const headers = { authorization: `Bearer ${await relay.token()}` };
  const get = async (path: string): Promise<unknown> =>
    (await fetch(`${relay.relay.consoleUrl}/api/v1/${path}`, { headers })).json();
  expect((await get('policy')) as { document: unknown }).toHaveProperty('document', policy);
  expect(await get('connectors')).toMatchObject({
    items: [{ name: 'out', hosts: ['contoso-com.mail.protection.outlook.com:25'] }],
  });
});

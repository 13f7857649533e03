/**
 * Beside a message that Exchange Online refused stands what the reply means and the PowerShell that mends it, with the values of
 * the tenant of its connector and of no other: over the API and in the story of the command line.
 */
import { expect, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { asking } from '../harness/admin-ask.ts';
import { runHere } from '../cli/in-process.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { makeWorkspace, sampleContent } from '../harness/workspace.ts';

test('a refused attribution is explained with the lines of the tenant that refused', async () => {
  const sandbox = await startSandbox();
  try {
    sandbox.switches.set({
      mxFault:
        '550 5.7.64 TenantAttribution; Relay Access Denied [VE1EUR01FT012.eop-EUR01.prod.protection.outlook.com]',
    });
    const connector = (name: string, pattern: string, tenant: string) => ({
      name,
      addressSpaces: [{ pattern }],
      route: { type: 'exchange-online', host: '127.0.0.1', port: sandbox.mx.port },
      serverName: sandbox.mx.name,
      ca: './ca.pem',
      tenant,
    });
    await using workspace = await makeWorkspace({
      node: { egress: ['203.0.113.25'] },
      policy: {
        tenants: [
          { name: 'contoso', domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
          { name: 'adatum', domain: 'adatum.com', acceptedDomains: ['adatum.com'] },
        ],
        sources: [{ name: 'scanner', networks: ['127.0.0.1'], senders: ['*@contoso.com'] }],
        connectors: [
          connector('to-contoso', '*', 'contoso'),
          connector('to-adatum', 'adatum.example', 'adatum'),
        ],
      },
    });
    await workspace.write('ca.pem', sandbox.caPem);
    await using relay = await startTestRelay({ workspace });
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO scanner');
    const to = ['ann@fabrikam.example'];
    const said = await talk.send({ from: 'scanner@contoso.com', to, content: sampleContent('scan') });
    const id = /queued as (\w+)/.exec(said.text)?.[1] ?? '';

    const ask = asking(relay);
    const explained = async () =>
      (await ask('message', { params: { id } })).recipients[0]?.explanation?.id ?? 'nothing yet';
    await expect.poll(explained).toBe('attribution-relay-denied');
    const { recipients, story } = await ask('message', { params: { id } });
    const lines = recipients[0]?.explanation?.lines ?? [];
    expect(lines.map(({ tenant }) => tenant)).toContain('contoso.com');
    expect(lines.map(({ tenant }) => tenant)).not.toContain('adatum.com');
    const all = lines.flatMap((one) => one.lines);
    expect(all).toContain(
      "New-InboundConnector -Name 'relay365 to-contoso' -ConnectorType OnPremises -SenderDomains * -SenderIPAddresses '203.0.113.25/32' -Enabled $true",
    );
    // The attempt in the story carries the same meaning.
    const attempt = story.find(({ reply }) => reply?.includes('TenantAttribution'));
    expect(attempt?.explanation?.id).toBe('attribution-relay-denied');

    const { stdout } = await runHere(['queue', 'show', id, '--config', workspace.configFile]);
    expect(stdout).toContain('means: The connection matched no OnPremises inbound connector');
    expect(stdout).toContain('to do: Compare the public egress IPv4 with the connector');
  } finally {
    await sandbox.stop();
  }
});

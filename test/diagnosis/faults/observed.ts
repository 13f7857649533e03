/** What a relay that runs has seen and counted by itself, as its doctor would be told: nothing here is made up. */
import { connect as tcp } from 'node:net';
import { connect as secure } from 'node:tls';
import type { RelayContext } from '../../../src/diagnostics/doctor/check.ts';
import { instant } from '../../../src/platform/clock.ts';
import { asking } from '../../harness/admin-ask.ts';
import type { TestRelay } from '../../harness/relay.ts';
import { startTestRelay } from '../../harness/relay.ts';
import { SmtpTalk } from '../../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../../harness/workspace.ts';
import type { Told } from '../patient.ts';
import { toldBy } from '../patient.ts';
import { given, hop, own } from './world.ts';

async function running(options: Parameters<typeof startTestRelay>[0]): Promise<TestRelay> {
  const started = await startTestRelay(options);
  own(async () => started[Symbol.asyncDispose]());
  return started;
}

/** A device that knows TLS 1.0 alone has sent something to a listener that still takes it. */
export async function afterOldHandshake(): Promise<Partial<RelayContext>> {
  const relay = await running({
    policy: loopbackPolicy(1, { source: { name: 'old-scanner' } }),
    listener: { tls: 'implicit', minimumTls: '1.0' },
  });
  const socket = secure({
    socket: tcp(relay.port, '127.0.0.1'),
    rejectUnauthorized: false,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  own(() => Promise.resolve(socket.destroy()));
  for (const line of ['EHLO old', 'MAIL FROM:<scanner@contoso.com>', 'QUIT']) {
    await new Promise((resolve, reject) => {
      socket.once('data', resolve);
      socket.once('error', reject);
    });
    socket.write(`${line}\r\n`);
  }
  await relay.event('recognised', ({ tls }) => tls === 'TLSv1');
  const { sources } = await asking(relay)('exitPlan');
  const seen = sources.flatMap(({ source, tls }) =>
    tls.map(({ version, lastAt }) => ({ source, version, lastAt: instant(Date.parse(lastAt)) })),
  );
  return { tlsSeen: () => seen };
}

/** A policy in which a source stands for every address: the probes go to its listener. */
export async function ofOpenRelay(): Promise<Partial<RelayContext>> {
  const everybody = {
    name: 'everybody',
    networks: [{ range: '0.0.0.0/0', dangerous: true }],
    senders: ['*'],
    nullSender: true,
  };
  const relay = await running({ policy: loopbackPolicy(1, { source: everybody }) });
  const { listeners } = await asking(relay)('selfTest');
  return { selfTest: () => Promise.resolve(listeners as Awaited<ReturnType<RelayContext['selfTest']>>) };
}

/** Nine recipients outside went to the stand-in, and ten a day are permitted. */
export async function afterNineOfTen(): Promise<Partial<RelayContext>> {
  const { sandbox } = given();
  const workspace = await makeWorkspace({
    policy: {
      tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
      sources: [{ name: 'scanner', networks: ['127.0.0.1'], senders: ['*@contoso.com'] }],
      connectors: [
        {
          name: 'out',
          route: { type: 'exchange-online', host: '127.0.0.1', port: sandbox.mx.port },
          serverName: sandbox.mx.name,
          ca: 'ca.pem',
          limits: { externalRecipientsPerDay: 10 },
        },
      ],
    },
  });
  own(async () => workspace[Symbol.asyncDispose]());
  await workspace.write('ca.pem', sandbox.caPem);
  const relay = await running({ workspace });
  const to = Array.from({ length: 9 }, (_, n) => `person${n}@fabrikam.example`);
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO scanner');
  await talk.send({ from: 'scanner@contoso.com', to, content: sampleContent('nine') });
  await relay.event('settled');
  const { items } = await asking(relay)('connectors');
  const quotas = items.flatMap(({ name, quotas: of }) =>
    of.map(({ quota, used, limit }) => ({ connector: name, quota, used, limit })),
  );
  return { quotas: () => quotas };
}

/**
 * What the doctor of one relay tells at last, after a run for each address that the same next hop saw it come from. It is
 * started anew between them, so the history is that of the store.
 */
export async function toldAfterRuns(addresses: readonly string[]): Promise<Told> {
  let address = '';
  const port = await hop({
    on: ({ verb }) => (verb === 'EHLO' ? `250 mx.example Hello [${address}]` : undefined),
  });
  const workspace = await makeWorkspace({ policy: loopbackPolicy(port, { connector: { name: 'out' } }) });
  own(async () => workspace[Symbol.asyncDispose]());
  let told: Told | undefined;
  for (const seen of addresses) {
    address = seen;
    await using relay = await startTestRelay({ workspace });
    const run = await asking(relay)('runDoctor', { body: { checks: ['egress'] } });
    told = toldBy(run.findings.find(({ check }) => check === 'egress'));
  }
  if (!told) throw new Error('the doctor did not run');
  return told;
}

/** A real Postfix as next hop, from a configuration of its own on loopback; skipped, visibly, where it is not installed. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { quietPort } from '../harness/quiet-port.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, sampleContent } from '../harness/workspace.ts';

const postfix = '/usr/sbin/postfix';
const usable = existsSync(postfix) && process.getuid?.() === 0;
if (!usable) process.stderr.write('skipped: a Postfix as next hop needs Debian’s postfix package and root\n');

/** A Postfix that keeps everything for fabrikam.example in one mbox. */
async function startPostfix(): Promise<{ port: number; mbox: string } & AsyncDisposable> {
  const root = await mkdtemp(join(tmpdir(), 'relay365-postfix-'));
  await chmod(root, 0o755);
  const port = await quietPort();
  const [config, queue, data, mail] = ['etc', 'queue', 'data', 'mail'].map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const directory of [config, queue, data, mail]) await mkdir(directory);
  execFileSync('chown', ['postfix', data]);
  execFileSync('chown', ['nobody', mail]);
  await writeFile(
    join(config, 'main.cf'),
    `compatibility_level = 3.6
queue_directory = ${queue}
data_directory = ${data}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = hop.test.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = fabrikam.example, contoso.com
smtpd_recipient_restrictions =
  check_recipient_access inline:{{nobody@fabrikam.example = 550 5.1.1 Nobody of that name here}}, permit_mynetworks, reject
virtual_mailbox_base = ${mail}
virtual_mailbox_maps = static:all
virtual_minimum_uid = 1
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
alias_maps =
maillog_file = ${join(root, 'postfix.log')}
maillog_file_prefixes = ${root}
smtputf8_enable = yes
`,
  );
  const master = (await readFile('/usr/share/postfix/master.cf.dist', 'utf8'))
    .replace(/^smtp\s+inet.*$/m, `127.0.0.1:${port} inet n - n - - smtpd`)
    .replaceAll(/^(\S+\s+\S+\s+\S+\s+\S+\s+)y(\s)/gm, '$1n$2');
  await writeFile(join(config, 'master.cf'), `${master}\npostlog unix-dgram n - n - 1 postlogd\n`);
  const child = spawn(postfix, ['-c', config, 'start-fg'], { stdio: 'ignore' });
  await listening(port, () => child.exitCode !== null);
  return {
    port,
    mbox: join(mail, 'all'),
    async [Symbol.asyncDispose]() {
      spawnSync(postfix, ['-c', config, 'stop'], { stdio: 'ignore' });
      if (child.exitCode === null) await once(child, 'close');
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function listening(port: number, ended: () => boolean): Promise<void> {
  for (;;) {
    if (ended()) throw new Error('postfix ended before it listened');
    const socket = connect({ port, host: '127.0.0.1' });
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test.skipIf(!usable)('mail through the relay reaches a mailbox behind Postfix as it was sent', async () => {
  await using hop = await startPostfix();
  await using relay = await startTestRelay({ policy: loopbackPolicy(hop.port) });
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  const subjects = ['first by postfix', 'second by postfix', 'third by postfix'];
  for (const subject of subjects) {
    const content = sampleContent(subject);
    expect(
      (await talk.send({ from: 'scanner@contoso.com', to: ['all@fabrikam.example'], content })).code,
    ).toBe(250);
  }
  const ids = relay.events.list.flatMap((event) => (event.kind === 'accepted' ? [event.id] : []));
  for (const id of ids) {
    expect(await relay.event('settled', (event) => event.id === id)).toMatchObject({ result: 'relayed' });
  }
  const mbox = await untilHolds(
    hop.mbox,
    subjects.map((subject) => `Subject: ${subject}\n`),
  );
  // mbox has LF lines; everything below the trace fields is as it was sent.
  for (const subject of subjects) expect(mbox).toContain(sampleContent(subject).replaceAll('\r\n', '\n'));
});

test.skipIf(!usable)('a recipient that Postfix refuses fails with its words, the others arrive', async () => {
  await using hop = await startPostfix();
  await using relay = await startTestRelay({ policy: loopbackPolicy(hop.port) });
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  const to = ['all@fabrikam.example', 'nobody@fabrikam.example'];
  expect((await talk.send({ from: 'scanner@contoso.com', to, content: sampleContent('mixed') })).code).toBe(
    250,
  );
  const { id } = await relay.event('accepted');
  expect(await relay.event('attempted', (event) => event.id === id)).toMatchObject({ relayed: 1, failed: 1 });
  expect(await relay.event('settled', (event) => event.id === id)).toMatchObject({ result: 'mixed' });
  const notice = await relay.event('notice');
  expect(notice).toMatchObject({ about: id, action: 'failed', to: 'scanner@contoso.com' });
  expect(await relay.event('settled', (event) => event.id === notice.id)).toMatchObject({
    result: 'relayed',
  });
  const mbox = await untilHolds(hop.mbox, ['Subject: mixed\n', 'Nobody of that name here']);
  expect(mbox).toContain('One line.');
});

/** The mbox once it holds all these texts; Postfix delivers a moment after it has said 250. */
async function untilHolds(mbox: string, texts: readonly string[]): Promise<string> {
  for (;;) {
    const held = existsSync(mbox) ? await readFile(mbox, 'utf8') : '';
    if (texts.every((text) => held.includes(text))) return held;
    await readdir(join(mbox, '..'));
  }
}

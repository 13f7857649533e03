import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository, runCommand, startProcess } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';

const mail = (subject: string) => ({
  from: 'scanner@contoso.com',
  to: ['someone@fabrikam.example'],
  content: sampleContent(subject),
});

describe('start', () => {
  test('writes the ready line and the pid of the process that may be signalled; SIGTERM ends it with 0', async () => {
    await using nextHop = await startNextHop();
    await using workspace = await makeWorkspace({ policy: loopbackPolicy(nextHop.port) });
    await using relay = await startProcess(workspace.configFile);
    const pidFile = join(workspace.data, 'relay365.pid');
    expect(Number(await readFile(pidFile, 'utf8'))).toBe(relay.pid);
    await using talk = await SmtpTalk.open(relay.port);
    expect((await talk.say('EHLO client.example')).code).toBe(250);
    expect((await talk.send(mail('first'))).code).toBe(250);
    const [arrived] = await nextHop.arrived(1);
    expect(arrived?.content.toString()).toContain('\r\n.A line that begins with a dot.');
    process.kill(relay.pid, 'SIGTERM');
    expect(await relay.exit).toBe(0);
    expect(relay.lines.at(-1)?.event).toBe('stopped');
    expect(existsSync(pidFile)).toBe(false);
  });

  test('runs through a symbolic link from another working directory', async () => {
    await using workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
    const link = join(workspace.directory, 'relay365-link');
    await symlink(join(repository, 'bin/relay365'), link);
    const result = await runCommand(['check-config'], { cwd: workspace.directory, file: link });
    expect(result).toMatchObject({ code: 0 });
    expect(result.stdout).toContain('is valid');
  });

  test('an address in use is named, and ends the start with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await using workspace = await makeWorkspace({ policy: loopbackPolicy(1), listener: { port } });
    const result = await runCommand(['start', '--config', workspace.configFile]);
    other.close();
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`listener devices: 127.0.0.1:${port} is in use`);
  });

  test('a data directory that cannot be used is named, and ends the start with 1', async () => {
    await using workspace = await makeWorkspace({
      policy: loopbackPolicy(1),
      node: { data: './relay365.yaml/data' },
    });
    const result = await runCommand(['start', '--config', workspace.configFile]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('data directory');
  });

  test('two relays do not share one data directory', async () => {
    await using workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
    await using first = await startProcess(workspace.configFile);
    const second = await runCommand(['start', '--config', workspace.configFile]);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('in use by another relay365');
    expect(first.process.exitCode).toBeNull();
    // The second one must not have taken the files of the first away.
    expect(existsSync(join(workspace.data, 'relay365.pid'))).toBe(true);
    expect((await runCommand(['status', '--config', workspace.configFile])).code).toBe(0);
  });

  test('a dangerous setting is said at the start, and a relay with a self-made certificate offers STARTTLS', async () => {
    const policy = loopbackPolicy(1, { source: { networks: [{ range: '0.0.0.0/0', dangerous: true }] } });
    await using workspace = await makeWorkspace({ policy });
    await using relay = await startProcess(workspace.configFile);
    await relay.event('danger', ({ text }) => String(text).includes('0.0.0.0/0'));
    await using talk = await SmtpTalk.open(relay.port);
    expect((await talk.say('EHLO client.example')).lines).toContain('STARTTLS');
    await talk.startTls();
    expect((await talk.say('EHLO client.example')).code).toBe(250);
  });
});

describe('a configuration fault', () => {
  test('ends check-config and start with 2 and file, line and column', async () => {
    await using workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
    await workspace.write(
      'relay365.yaml',
      'hostname: relay.test.example\nlisteners:\n  - name: devices\n    prot: 2525\n    port: 99999\n',
    );
    for (const command of ['check-config', 'start']) {
      const result = await runCommand([command, '--config', workspace.configFile]);
      const said = result.stdout + result.stderr;
      expect(result.code).toBe(2);
      expect(said).toContain(`${workspace.configFile}:4:5: listeners[0]`);
      expect(said).toContain(`${workspace.configFile}:5:11: listeners[0].port`);
    }
  });

  test('in the policy ends both with 2 and the place in the policy file', async () => {
    await using workspace = await makeWorkspace({
      policy: 'sources:\n  - name: scanner\n    networks: [10.20.0.300]\n',
    });
    for (const command of ['check-config', 'start']) {
      const result = await runCommand([command, '--config', workspace.configFile]);
      expect(result.code).toBe(2);
      expect(result.stdout + result.stderr).toContain(`${workspace.policyFile}:3:16`);
    }
  });

  test('in a file that the policy names ends both with 2', async () => {
    await using workspace = await makeWorkspace({
      policy: loopbackPolicy(1, { connector: { tls: 'required', ca: './no-such-ca.pem' } }),
    });
    const result = await runCommand(['check-config', '--config', workspace.configFile]);
    expect(result.code).toBe(2);
    expect(result.stdout).toContain('no-such-ca.pem');
  });

  test('is an exit of 2 where the file is not there at all', async () => {
    const result = await runCommand(['check-config', '--config', '/nonexistent/relay365.yaml']);
    expect(result.code).toBe(2);
    expect(result.stdout).toContain('/nonexistent/relay365.yaml');
  });
});

describe('stopping', () => {
  // D22
  test('SIGTERM under load loses nothing: what was acknowledged arrives, then or after the next start', async () => {
    await using nextHop = await startNextHop();
    await using workspace = await makeWorkspace({
      policy: loopbackPolicy(nextHop.port),
      // Attempts under way may end, however slow the machine is: one that is cut off is in doubt.
      node: { shutdown: { drain: '60s' } },
    });
    const acknowledged = new Set<string>();
    {
      await using relay = await startProcess(workspace.configFile);
      const clients = Array.from({ length: 8 }, (_, client) =>
        sendUntilEnd(relay.port, client, acknowledged),
      );
      await nextHop.arrived(20);
      process.kill(relay.pid, 'SIGTERM');
      expect(await relay.exit).toBe(0);
      await Promise.all(clients);
    }
    await using again = await startProcess(workspace.configFile);
    const missing = () => [...acknowledged].filter((subject) => !subjectsOf(nextHop.mails).has(subject));
    while (missing().length > 0) await nextHop.arrived(nextHop.mails.length + 1);
    expect(acknowledged.size).toBeGreaterThanOrEqual(20);
    // Stopping is no reason to send anything twice: a clean stop leaves nothing in doubt.
    expect(nextHop.mails.length).toBe(subjectsOf(nextHop.mails).size);
    expect(again.lines.filter(({ event }) => event === 'fault')).toEqual([]);
  });

  test('a second signal stops at once, though a session is in the middle of a message', async () => {
    await using workspace = await makeWorkspace({
      policy: loopbackPolicy(1),
      node: { shutdown: { drain: '60s' } },
    });
    await using relay = await startProcess(workspace.configFile);
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    await talk.pipeline('MAIL FROM:<scanner@contoso.com>', 'RCPT TO:<someone@fabrikam.example>', 'DATA');
    talk.write('Subject: half');
    process.kill(relay.pid, 'SIGTERM');
    await relay.event('stopping');
    expect(relay.process.exitCode).toBeNull();
    process.kill(relay.pid, 'SIGTERM');
    expect(await relay.exit).toBe(0);
    expect(relay.lines.at(-1)?.event).toBe('stopped');
  });
});

async function sendUntilEnd(port: number, client: number, acknowledged: Set<string>): Promise<void> {
  try {
    await using talk = await SmtpTalk.open(port);
    await talk.say('EHLO client.example');
    for (let number = 0; ; number++) {
      const subject = `load-${client}-${number}`;
      const reply = await talk.send(mail(subject));
      if (reply.code !== 250) return;
      acknowledged.add(subject);
    }
  } catch (error) {
    // The end of the connection is how the relay's stop looks from here.
    expect(String(error)).toContain('connection ended');
  }
}

function subjectsOf(mails: readonly { readonly content: Buffer }[]): Set<string> {
  return new Set(mails.map(({ content }) => /^Subject: (.*)\r$/m.exec(content.toString())?.[1] ?? ''));
}

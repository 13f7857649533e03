/** A real rsyslogd of its own directory and ports, in the foreground. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createTestAuthority } from '../../src/connector/testing/certificates.ts';
import { quietPort } from '../harness/quiet-port.ts';

export const hasRsyslog = spawnSync('sh', ['-c', 'PATH=$PATH:/usr/sbin; command -v rsyslogd']).status === 0;

export interface Rsyslog extends AsyncDisposable {
  readonly ports: { readonly udp: number; readonly tcp: number; readonly tls: number };
  /** PEM file of the roots. */
  readonly ca: string;
  /** Messages as JSON objects of rsyslog's own parsing, once there are that many that fit. */
  received(count: number, fits?: (message: Received) => boolean): Promise<readonly Received[]>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface Received {
  readonly input: string;
  readonly pri: string;
  readonly host: string;
  readonly app: string;
  readonly pid: string;
  readonly id: string;
  readonly data: string;
  readonly text: string;
  /** What mmjsonparse of rsyslog made of the text; `msg` alone where it is no JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

export async function startRsyslog(): Promise<Rsyslog> {
  const directory = await mkdtemp(join(tmpdir(), 'rsyslog-'));
  const [udp, tcp, tls] = [await quietPort(), await quietPort(), await quietPort()];
  const authority = await createTestAuthority();
  const { certificate, key } = await authority.issue({ names: ['localhost'], addresses: ['127.0.0.1'] });
  const files = {
    ca: join(directory, 'ca.pem'),
    cert: join(directory, 'cert.pem'),
    key: join(directory, 'key.pem'),
  };
  await Promise.all([
    writeFile(files.ca, authority.certificate),
    writeFile(files.cert, certificate),
    writeFile(files.key, key),
  ]);
  const out = join(directory, 'received.ndjson');
  await writeFile(out, '');
  const conf = join(directory, 'rsyslog.conf');
  await writeFile(conf, configuration({ directory, out, files, udp, tcp, tls }));
  let child: ReturnType<typeof spawn> | undefined;
  const start = async (): Promise<void> => {
    child = spawn('rsyslogd', ['-n', '-f', conf, '-i', join(directory, 'pid')], {
      // Its own words about probes that only knock are of no interest.
      stdio: 'ignore',
      env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
    });
    await Promise.all([untilOpen(tcp), untilOpen(tls)]);
  };
  const stop = async (): Promise<void> => {
    const ended = child && once(child, 'exit');
    child?.kill('SIGTERM');
    await ended;
    child = undefined;
  };
  await start();
  return {
    ports: { udp, tcp, tls },
    ca: files.ca,
    start,
    stop,
    async received(count, fits = () => true) {
      for (;;) {
        // The last line may be half written.
        const lines = (await readFile(out, 'utf8')).split('\n').slice(0, -1);
        const messages = lines.map((line) => JSON.parse(line) as Received).filter(fits);
        if (messages.length >= count) return messages;
        // Another process writes the file; the test's own time-out ends the wait.
        await pause(20);
      }
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function configuration(at: {
  directory: string;
  out: string;
  files: { ca: string; cert: string; key: string };
  udp: number;
  tcp: number;
  tls: number;
}): string {
  const fields = [
    ['input', 'inputname'],
    ['pri', 'pri'],
    ['host', 'hostname'],
    ['app', 'app-name'],
    ['pid', 'procid'],
    ['id', 'msgid'],
    ['data', 'structured-data'],
    ['text', 'msg'],
  ] as const;
  const template = fields
    .map(([name, property]) => `property(name="${property}" outname="${name}" format="jsonf")`)
    .join(' constant(value=",") ');
  // A text without the cookie becomes the one member `msg`: then it was no JSON.
  const json = 'constant(value=",\\"json\\":") property(name="$!all-json")';
  return [
    `global(workDirectory="${at.directory}" maxMessageSize="16k"`,
    `  defaultNetstreamDriverCAFile="${at.files.ca}"`,
    `  defaultNetstreamDriverCertFile="${at.files.cert}" defaultNetstreamDriverKeyFile="${at.files.key}")`,
    'module(load="mmjsonparse")',
    'module(load="imudp") module(load="imptcp") module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")',
    `input(type="imudp" address="127.0.0.1" port="${at.udp}" name="udp")`,
    `input(type="imptcp" address="127.0.0.1" port="${at.tcp}" name="tcp")`,
    `input(type="imtcp" address="127.0.0.1" port="${at.tls}" name="tls")`,
    `template(name="all" type="list") { constant(value="{") ${template} ${json} constant(value="}\\n") }`,
    'action(type="mmjsonparse")',
    `action(type="omfile" file="${at.out}" template="all")`,
    '',
  ].join('\n');
}

async function untilOpen(port: number): Promise<void> {
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1' });
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await pause(20);
  }
}

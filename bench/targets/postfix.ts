/**
 * Postfix as a relay, tuned: no anvil limits, 200 processes, 50 deliveries at a time, connections to the next hop
 * reused, no throttling of intake. Its own configuration, queue and log in one directory; needs root.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort, untilReady, writeFiles, type Target, type TargetPlace } from './target.ts';

const run = promisify(execFile);
const postfix = '/usr/sbin/postfix';
const startMsMax = 20_000;

/** Why Postfix cannot be measured here; `undefined`: it can. */
export function postfixMissing(): string | undefined {
  if (!existsSync(postfix)) return 'Postfix is not installed (Debian: apt-get install postfix)';
  if (process.getuid?.() !== 0) return 'Postfix can be started by root only';
  return undefined;
}

export async function startPostfixTarget({ directory, sinkPort, route }: TargetPlace): Promise<Target> {
  const config = join(directory, 'config');
  const queue = join(directory, 'queue');
  const data = join(directory, 'data');
  for (const folder of [config, queue, data]) await mkdir(folder, { recursive: true });
  // Its daemons run as the user postfix and must reach queue and data.
  await run('/bin/chmod', ['755', directory]);
  await run('/bin/chown', ['postfix', data]);
  const port = await freePort();
  await writeFiles(config, route);
  const further = (route?.mainCf ?? '').replaceAll('CONFIG', config);
  const settings = merged(mainCf({ directory, queue, data, sinkPort }), further);
  await writeFile(join(config, 'main.cf'), settings);
  await writeFile(join(config, 'master.cf'), masterCf(port));
  await run(postfix, ['-c', config, 'start']);
  const stop = async (): Promise<void> => {
    await run(postfix, ['-c', config, 'stop']);
  };
  try {
    const deadline = AbortSignal.timeout(startMsMax);
    await untilReady(port, deadline);
    return { name: 'postfix', port, pid: await masterPid(queue, deadline), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Lines of the second win. One name twice makes postlogd(8) write a warning to itself at its start, and wait for ever. */
function merged(base: string, further: string): string {
  const lines = new Map<string, string>();
  for (const line of `${base}${further}`.split('\n')) lines.set(line.split(' =')[0] ?? '', line);
  return `${[...lines.values()].join('\n')}\n`;
}

async function masterPid(queue: string, deadline: AbortSignal): Promise<number> {
  for (;;) {
    const text = await readFile(join(queue, 'pid/master.pid'), 'latin1').catch(() => '');
    const pid = Number.parseInt(text, 10);
    if (pid > 0) return pid;
    await delay(50, undefined, { signal: deadline });
  }
}

interface Places {
  readonly directory: string;
  readonly queue: string;
  readonly data: string;
  readonly sinkPort: number;
}

function mainCf({ directory, queue, data, sinkPort }: Places): string {
  return `compatibility_level = 3.6
queue_directory = ${queue}
data_directory = ${data}
maillog_file = ${directory}/postfix.log
maillog_file_prefixes = ${directory}
myhostname = postfix.bench.example
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:${sinkPort}
alias_maps =
alias_database =
local_recipient_maps =
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_client_message_rate_limit = 0
smtpd_client_recipient_rate_limit = 0
smtpd_tls_security_level = none
smtp_tls_security_level = none
default_process_limit = 200
default_destination_concurrency_limit = 50
smtp_destination_concurrency_limit = 50
initial_destination_concurrency = 50
smtp_connection_cache_on_demand = yes
in_flow_delay = 0
message_size_limit = 157286400
`;
}

function masterCf(port: number): string {
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'postlog unix-dgram n - n - 1 postlogd',
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'flush unix n - n 1000? 0 flush',
    'tlsproxy unix - - n - 0 tlsproxy',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'relay unix - - n - - smtp',
    'showq unix n - n - - showq',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
  ];
  return `${services.join('\n')}\n`;
}

/** relay365 as a user starts it: `bin/relay365 start` on a directory of its own, SQLite with synchronous FULL. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freePort, untilReady, writeFiles, type Target, type TargetPlace } from './target.ts';

const command = resolve(import.meta.dirname, '../../bin/relay365');
const startMsMax = 20_000;
/** Characters of a log line that are shown. */
const troubleMax = 600;

/** Rejects with the end of its log when it does not come up. */
export async function startRelayTarget({ directory, sinkPort, route }: TargetPlace): Promise<Target> {
  await mkdir(directory, { recursive: true });
  const port = await freePort();
  const config = join(directory, 'relay365.yaml');
  await writeFile(config, configuration(port));
  // YAML 1.2 holds JSON.
  const document = route === undefined ? policy(sinkPort) : JSON.stringify(route.policy);
  await writeFile(join(directory, 'policy.yaml'), document);
  await writeFiles(directory, route);
  const logFile = join(directory, 'relay.log');
  const log = await open(logFile, 'a');
  const child = spawn(command, ['start', '--config', config, '--log-format', 'json'], {
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close();
  const ended = new AbortController();
  child.once('exit', (code) => ended.abort(new Error(`relay365 ended with ${code}; its log is ${logFile}`)));
  const target: Target = {
    name: 'relay365',
    port,
    pid: child.pid ?? 0,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
    trouble: async () => lastTrouble(await readFile(logFile, 'utf8')),
  };
  try {
    await untilReady(port, AbortSignal.any([ended.signal, AbortSignal.timeout(startMsMax)]));
    return target;
  } catch (error) {
    await target.stop();
    throw error;
  }
}

/** Of the log: the last line above `info`, or about an attempt that did not succeed, whichever came last. Exported for tests. */
export function lastTrouble(log: string): string {
  const isTrouble = (line: string): boolean => {
    if (!line.startsWith('{')) return line !== '';
    const { level, event, relayed } = JSON.parse(line) as Record<string, unknown>;
    return (level !== 'info' && level !== 'debug') || (event === 'attempted' && relayed === 0);
  };
  // The last line may be half written.
  const lines = log.slice(0, log.lastIndexOf('\n') + 1).split('\n');
  return lines.findLast(isTrouble)?.slice(0, troubleMax) ?? '';
}

/** No limit that the load would meet; everything else as it comes. */
function configuration(port: number): string {
  return `hostname: relay.bench.example
data: ./data
store: sqlite
listeners:
  - name: bench
    address: 127.0.0.1
    port: ${port}
    tls: off
    limits: { connections: 1000, connectionsPerAddress: 1000, messagesPerConnection: 10000000, commands: 100000000 }
console: false
policy: ./policy.yaml
`;
}

function policy(sinkPort: number): string {
  return `sources:
  - name: load
    networks: [127.0.0.1]
    senders: ["*@contoso.com"]
connectors:
  - name: sink
    route: { type: smart-host, hosts: ["127.0.0.1:${sinkPort}"] }
    tls: off
    limits: { connections: 20, messagesPerConnection: 1000 }
`;
}

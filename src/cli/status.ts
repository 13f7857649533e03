import { printable } from '../observe/printable.ts';
import { countOf, formatBytes, formatTime, write, writeJson } from './output.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { quotaText } from './connectors.ts';

/** Prints how the relay does. */
export async function status(options: ConfigOption & { readonly json?: true }): Promise<void> {
  const client = await connect(options);
  const [now, connectors, health] = await Promise.all([
    client.call('status'),
    client.call('connectors'),
    client.call('healthChecks'),
  ]);
  if (options.json) {
    writeJson({ ...now, health: { state: health.state, notReadyBecause: health.notReadyBecause } });
    return;
  }
  const { queue, policy } = now;
  write(`relay365 ${now.version} on ${now.hostname}, process ${now.pid}, since ${formatTime(now.startedAt)}`);
  write(now.accepting ? 'accepting mail' : `NOT accepting mail: ${now.trouble ?? 'no reason is known'}`);
  for (const { title, state, evidence } of health.checks)
    if (state !== 'ok') write(`${state === 'fail' ? 'FAILS' : 'warns'}: ${title}: ${printable(evidence)}`);
  for (const item of now.listeners) {
    write(
      `listener ${item.name}: ${item.address} port ${item.port}, TLS ${item.tls}, ${countOf(item.connections, 'connection')}`,
    );
  }
  const oldest = queue.oldestActiveAt ? `, the oldest since ${formatTime(queue.oldestActiveAt)}` : '';
  write(
    `queue: ${queue.active} waiting (${queue.held} of them held)${oldest}; ${queue.settled} settled are kept`,
  );
  const free = queue.bytesFree === undefined ? '' : `, ${formatBytes(queue.bytesFree)} free`;
  write(`store: ${now.store} in ${now.data}, ${formatBytes(queue.bytesOnDisk)}${free}`);
  write(
    `policy: revision ${policy.revision}, ${countOf(policy.sources, 'source')}, ${countOf(policy.connectors, 'connector')}`,
  );
  if (policy.refused) {
    write(
      `policy NOT in force: the version of ${formatTime(policy.refused.at)} was refused, and revision ${policy.revision} stays: ${printable(policy.refused.text)}`,
    );
  }
  for (const { name, suspended } of connectors.items) {
    if (!suspended) continue;
    const end = suspended.until === undefined ? 'until resumed' : `until ${formatTime(suspended.until)}`;
    write(`connector ${name} is suspended ${end}: ${printable(suspended.reason)}`);
  }
  for (const { what, at, days } of now.expiring) {
    write(
      days < 0
        ? `ENDED ${formatTime(at)}: ${printable(what)}`
        : `ends ${formatTime(at)}: ${printable(what)}, ${countOf(days, 'day')} left`,
    );
  }
  const quotas = connectors.items.flatMap((connector) => connector.quotas);
  for (const line of new Set(quotas.map(quotaText))) write(`quota: ${printable(line)}`);
  for (const danger of now.dangers) write(`DANGER: ${danger}`);
}

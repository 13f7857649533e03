/** `relay365 watch`: what happens now, a line each second where something does. */
import type { LiveView } from '../../contract/schemas.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { printable } from '../observe/printable.ts';
import { formatBytes, formatSender, formatTime, write } from './output.ts';
import { eventsOf } from './server-events.ts';

/** Until it is interrupted, or until so many events were told. */
export async function watch(
  options: ConfigOption & { readonly count?: number; readonly json?: true },
): Promise<void> {
  const client = await connect(options);
  let left = options.count ?? Number.POSITIVE_INFINITY;
  for await (const event of eventsOf<LiveView>(client.download('live'))) {
    if (options.json) write(JSON.stringify(event));
    else tell(event);
    left -= 1;
    if (left <= 0) return;
  }
}

function tell({ at, counts, queue, connectors, messages, refusals }: LiveView): void {
  const { accepted, relayed, deferred, refused, failed } = counts;
  write(
    `${formatTime(at)}  accepted ${accepted}, relayed ${relayed}, deferred ${deferred}, refused ${refused}, failed ${failed}; ${queue.active} waiting, ${queue.held} held`,
  );
  for (const { id, source, address, sender, bytes } of messages)
    write(printable(`  ${id}  ${source} at ${address}: from ${formatSender(sender)}, ${formatBytes(bytes)}`));
  for (const { ref, address, explanation } of refusals)
    write(printable(`  ${ref}  ${address}: ${explanation}`));
  for (const { name, state, reason } of connectors)
    if (state !== 'ok')
      write(printable(`  connector ${name}: ${state}${reason === undefined ? '' : `, ${reason}`}`));
}

/** `relay365 node list` and `relay365 retention`: what the relay stands on, and how long it keeps what. */
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { answer, countOf, formatBytes, formatTime, write, writeTable } from './output.ts';

interface Options extends ConfigOption {
  readonly json?: true;
}

export async function list(options: Options): Promise<void> {
  const found = await (await connect(options)).call('nodes');
  answer(options, found, ({ items }) => {
    for (const node of items) {
      write(`${node.name}: relay365 ${node.version} on ${node.runtime}, process ${node.pid}`);
      write(`  since ${formatTime(node.startedAt)}, ${formatBytes(node.memoryBytes)} of memory`);
      write(`  store ${node.store} in ${node.data}, ${node.storeLatencyMs} ms for one reading`);
      if (!node.durable) write('  NOT durable: what it holds is lost when it stops');
      if (node.bytesFree !== undefined) write(`  ${formatBytes(node.bytesFree)} free`);
      for (const { area, bytes, files } of node.areas)
        write(`  ${area}: ${formatBytes(bytes)} in ${countOf(files, 'file')}`);
    }
  });
}

export async function retention(options: Options): Promise<void> {
  const found = await (await connect(options)).call('retention');
  answer(options, found, ({ items, sweptAt }) => {
    writeTable(
      items,
      [
        { title: 'what', value: ({ title }) => title, widthMax: 50 },
        { title: 'key', value: ({ kind }) => kind },
        { title: 'kept', value: ({ keptMs }) => countOf(Math.round((keptMs / 86_400_000) * 10) / 10, 'day') },
        { title: 'now', value: ({ count }) => (count === undefined ? '' : String(count)) },
        { title: 'oldest', value: ({ oldestAt }) => (oldestAt === undefined ? '' : formatTime(oldestAt)) },
      ],
      'nothing is kept for a time',
    );
    if (sweptAt !== undefined) write(`swept last: ${formatTime(sweptAt)}`);
  });
}

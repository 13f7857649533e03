/** The node and its storage: what lies where, how much of it, and how fast the store answers. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { NodesView } from '../../../contract/schemas.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { AdminContext } from '../context.ts';

/** Files that are counted; a queue of a million large messages is not counted file by file for a page. */
const filesMax = 20_000;

export async function nodeView(context: AdminContext): Promise<NodesView['items'][number]> {
  const { store } = context.queue;
  const [stats, latency, areas] = await Promise.all([
    store.stats(),
    latencyOf(() => store.document('policy-revisions')),
    areasOf(context.data),
  ]);
  return {
    name: context.hostname,
    version: context.version,
    runtime: `Node.js ${process.versions.node}`,
    startedAt: formatInstant(context.startedAt),
    pid: process.pid,
    store: context.storeName,
    data: context.data,
    durable: store.abilities.durable,
    areas,
    ...(stats.bytesFree !== undefined && { bytesFree: stats.bytesFree }),
    storeLatencyMs: latency,
    memoryBytes: process.memoryUsage.rss(),
  };
}

async function latencyOf(ask: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await ask();
  return Math.round((performance.now() - start) * 100) / 100;
}

/** The database, and each directory of the data directory. */
async function areasOf(data: string): Promise<NodesView['items'][number]['areas']> {
  const entries = await readdir(data, { withFileTypes: true });
  const areas = new Map<string, { bytes: number; files: number }>();
  const add = async (area: string, path: string): Promise<void> => {
    const size = await sizeOf(path);
    // A file that went while it was looked at takes no room.
    if (size === undefined) return;
    const known = areas.get(area) ?? { bytes: 0, files: 0 };
    areas.set(area, { bytes: known.bytes + size, files: known.files + 1 });
  };
  for (const entry of entries) {
    const path = join(data, entry.name);
    if (!entry.isDirectory()) await add(/\.(?:db|sqlite)/.test(entry.name) ? 'database' : 'other', path);
    else for (const file of await filesWithin(path)) await add(entry.name, file);
  }
  return Array.from(areas, ([area, size]) => ({ area, ...size }));
}

async function filesWithin(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch(absent);
  return (entries ?? [])
    .filter((entry) => entry.isFile())
    .slice(0, filesMax)
    .map((entry) => join(entry.parentPath, entry.name));
}

async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(absent);
  return found?.size;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

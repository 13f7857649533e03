/** What processes cost, read from /proc: CPU time and peak memory of a process tree (Linux only). */
import { readdir, readFile, writeFile } from 'node:fs/promises';

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** Own user and system time, in clock ticks. */
  readonly ticks: number;
  /** The same of children that ended and were waited for. */
  readonly childTicks: number;
}

/** USER_HZ, which Linux fixes at 100 for every architecture that Node.js runs on. */
const ticksPerSecond = 100;

/**
 * CPU seconds of the process, everything below it, and everything below it that has ended: a child's time passes to
 * its parent when it is waited for, so the sum never falls while the root lives.
 */
export async function cpuSeconds(root: number): Promise<number> {
  let ticks = 0;
  for (const stat of await processTree(root)) ticks += stat.ticks + stat.childTicks;
  return ticks / ticksPerSecond;
}

/** Forgets the peaks, so that the next `peakBytes` is that of the time between. */
export async function resetPeaks(root: number): Promise<void> {
  for (const { pid } of await processTree(root)) {
    // proc_pid_clear_refs(5): 5 resets the peak resident set size. A process that has just ended needs none.
    await writeFile(`/proc/${pid}/clear_refs`, '5').catch(ignoreEnded);
  }
}

/** Sum of the peak resident sizes of a tree; pages that processes share are counted for each of them. */
export async function peakBytes(root: number): Promise<number> {
  let kilobytes = 0;
  for (const { pid } of await processTree(root)) {
    const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(ignoreEnded);
    kilobytes += Number(/^VmHWM:\s+(\d+) kB$/m.exec(status ?? '')?.[1] ?? 0);
  }
  return kilobytes * 1024;
}

async function processTree(root: number): Promise<ProcessStat[]> {
  const all: ProcessStat[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const text = await readFile(`/proc/${name}/stat`, 'latin1').catch(ignoreEnded);
    if (text !== undefined) all.push(parseStat(text));
  }
  const tree = new Set([root]);
  // Children may stand before their parents in the list: go on until nothing is added.
  for (let size = 0; size !== tree.size;) {
    size = tree.size;
    for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid);
  }
  return all.filter(({ pid }) => tree.has(pid));
}

/** proc_pid_stat(5); the name in parentheses may hold anything, blanks and parentheses too. */
export function parseStat(text: string): ProcessStat {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const field = (number: number): number => fields[number - 3] ?? 0;
  return {
    pid: Number.parseInt(text, 10),
    parent: field(4),
    ticks: field(14) + field(15),
    childTicks: field(16) + field(17),
  };
}

function ignoreEnded(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined;
  throw error;
}

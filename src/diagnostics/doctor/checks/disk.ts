/** Room for mail on the disk of the data directory. */
import type { Check } from '../check.ts';

/** Times the minimum below which it is worth a word. */
const amplenessFactor = 4;

export const diskCheck: Check = {
  name: 'disk',
  title: 'Disk',
  looksAt: 'room on the disk of the data directory, against `minimumFree`',
  source: 'docs/operations.md',
  timeoutMs: 5_000,
  async run({ disk }) {
    const free = await disk.free();
    const input = disk.path;
    if (free === undefined)
      return [{ state: 'unknown', input, evidence: 'the system does not tell how much is free' }];
    const evidence = `${mebi(free)} are free; mail is refused below ${mebi(disk.minimumFree)} (minimumFree)`;
    const advice = 'Make room on this disk, or move the data directory to a larger one.';
    if (free < disk.minimumFree)
      return [{ state: 'fail', input, evidence: `${evidence}: no mail is taken now`, advice }];
    if (free < disk.minimumFree * amplenessFactor) return [{ state: 'warn', input, evidence, advice }];
    return [{ state: 'ok', input, evidence }];
  },
};

function mebi(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

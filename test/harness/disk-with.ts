/** What the system says is free on every disk, for tests of too little room. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { onTestFinished } from 'vitest';

const gib = 2 ** 30;

/** In bytes, from now until the test ends; what is set later counts from the next look on. */
export function diskWith(gibibytes: number): { free: number } {
  const disk = { free: gibibytes * gib };
  const { statfs } = fs;
  const told = (_: unknown, done: (error: null, stats: object) => void): void =>
    done(null, { bavail: Math.floor(disk.free / 4096), bsize: 4096 });
  fs.statfs = told as unknown as typeof fs.statfs;
  syncBuiltinESMExports();
  onTestFinished(() => {
    fs.statfs = statfs;
    syncBuiltinESMExports();
  });
  return disk;
}

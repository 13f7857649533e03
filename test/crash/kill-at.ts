/**
 * Loaded before the child's own code, and into each of its threads: ends the process the hard way at a chosen point,
 * the Nth time it is passed. `KILL_AT` is `before:datasync:3`, `after:COMMIT:2` and the like.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync } from 'node:sqlite';

const [when, what = '', nth = '1'] = (process.env['KILL_AT'] ?? '').split(':');
let passed = 0;

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered before the call returns, or at the latest here.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  throw new Error('still alive');
}

function isNow(point: string): boolean {
  if (point !== what) return false;
  passed += 1;
  return passed === Number(nth);
}

// oxlint-disable-next-line typescript/unbound-method -- called with the connection again below
const exec = DatabaseSync.prototype.exec;
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  const hit = isNow(sql);
  if (hit && when === 'before') die();
  exec.call(this, sql);
  if (hit) die();
};

const open = fs.open;
fs.open = async (...given: Parameters<typeof open>) => {
  const handle = await open(...given);
  for (const name of ['datasync', 'sync', 'writev'] as const) {
    const original = handle[name].bind(handle) as (...values: unknown[]) => Promise<unknown>;
    Object.defineProperty(handle, name, {
      value: async (...values: unknown[]) => {
        const hit = isNow(name);
        if (hit && when === 'before') die();
        const result = await original(...values);
        if (hit) die();
        return result;
      },
    });
  }
  return handle;
};

const rm = fs.rm;
fs.rm = async (...given: Parameters<typeof rm>) => {
  const hit = isNow('rm');
  if (hit && when === 'before') die();
  await rm(...given);
  if (hit) die();
};
syncBuiltinESMExports();

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cpuSeconds, parseStat, peakBytes, resetPeaks } from './processes.ts';

describe('/proc/PID/stat', () => {
  it('is read behind a name that holds blanks and parentheses', () => {
    const text = '42 (a) b (c) S 7 42 42 0 -1 4194304 1 2 3 4 100 20 30 4 20 0 11 0 5';
    expect(parseStat(text)).toEqual({ pid: 42, parent: 7, ticks: 120, childTicks: 34 });
  });
});

describe.skipIf(!existsSync('/proc/self/stat'))('the cost of a process tree', () => {
  it('holds the work of children, also of those that have ended', async () => {
    // The inner shell burns CPU and ends; the outer one has waited for it and stays.
    const script = 'sh -c "i=0; while [ \\$i -lt 400000 ]; do i=\\$((i+1)); done"; echo done; read -r line';
    const shell = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(shell.stdout, 'data');
    expect(await cpuSeconds(shell.pid ?? 0)).toBeGreaterThan(0.02);
    expect(await peakBytes(shell.pid ?? 0)).toBeGreaterThan(100_000);
    shell.stdin.end('\n');
    await once(shell, 'exit');
  });

  it('can forget a peak', async () => {
    // Memory goes back to the system some time after the collection.
    const script = `
      let b = Buffer.alloc(200e6, 1);
      b = undefined;
      const look = () => {
        gc();
        if (process.memoryUsage.rss() > 150e6) return void setImmediate(look);
        console.log();
        process.stdin.resume();
      };
      look();`;
    const child = spawn(process.execPath, ['--expose-gc', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const before = await peakBytes(child.pid ?? 0);
    await resetPeaks(child.pid ?? 0);
    const after = await peakBytes(child.pid ?? 0);
    child.stdin.end();
    await once(child, 'exit');
    expect(before).toBeGreaterThan(200e6);
    expect(after).toBeLessThan(before - 100e6);
  });
});

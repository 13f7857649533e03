import { mkdtemp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../../platform/fake-clock.ts';
import { datedNames } from './outputs.ts';
import { RollingFile } from './rolling-file.ts';

let directory: string;
const clock = (): FakeClock => new FakeClock('2026-11-23T23:59:00Z');

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rolling-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function watched() {
  const told: string[] = [];
  return {
    told,
    watch: {
      dropped: (lines: number) => void told.push(`dropped ${lines}`),
      trouble: (text: string) => void told.push(`trouble ${text.split(':')[0]}`),
      works: (lost: number) => void told.push(`works ${lost}`),
    },
  };
}

function fileOf(time: FakeClock, more: Partial<ConstructorParameters<typeof RollingFile>[0]> = {}) {
  const { told, watch } = watched();
  const file = new RollingFile({
    clock: time,
    directory,
    ...datedNames('r-', '.log'),
    fileBytes: 1_000,
    totalBytes: 100_000,
    keepMs: 3 * 86_400_000,
    bufferBytes: 10_000,
    watch,
    ...more,
  });
  return { file, told };
}

const text = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');
const names = async (): Promise<string[]> => (await readdir(directory)).toSorted();

describe('a log in files', () => {
  test('begins a file each day (UTC), readable for the owner alone', async () => {
    const time = clock();
    const { file } = fileOf(time);
    file.write('one\n');
    await file.close();
    const second = fileOf(time).file;
    second.write('two\n');
    await time.advance(1_000);
    await second.close();
    await time.advance(60_000);
    const third = fileOf(time).file;
    third.write('three\n');
    await third.close();
    expect(await names()).toEqual(['r-2026-11-23.log', 'r-2026-11-24.log']);
    expect(await text('r-2026-11-23.log')).toBe('one\ntwo\n');
    expect((await stat(join(directory, 'r-2026-11-24.log'))).mode & 0o077).toBe(0);
  });

  test('begins another of the same day when one is full, also after a restart', async () => {
    const time = clock();
    for (let round = 0; round < 3; round += 1) {
      const { file } = fileOf(time);
      file.write(`${String(round).repeat(599)}\n`);
      await file.close();
    }
    expect(await names()).toEqual(['r-2026-11-23.1.log', 'r-2026-11-23.2.log', 'r-2026-11-23.log']);
  });

  test('removes what is older than its time and the oldest beyond its octets, and nothing of others', async () => {
    const time = clock();
    for (const name of [
      'r-2026-11-18.log',
      'r-2026-11-22.log',
      'other-2026-01-01.log',
      'r-2026-11-01.log.gz',
    ])
      await writeFile(join(directory, name), 'x'.repeat(700));
    await writeFile(join(directory, 'r-2026-11-21.log'), 'x'.repeat(700));
    const { file } = fileOf(time, { totalBytes: 1_000 });
    file.write('new\n');
    await file.close();
    expect(await names()).toEqual([
      'other-2026-01-01.log',
      'r-2026-11-01.log.gz',
      'r-2026-11-22.log',
      'r-2026-11-23.log',
    ]);
  });

  test('drops and counts what does not fit into its buffer, and says so when it writes again', async () => {
    const time = clock();
    const { file, told } = fileOf(time, { bufferBytes: 8 });
    for (const line of ['aaa\n', 'bbb\n', 'ccc\n', 'ddd\n']) file.write(line);
    await file.close();
    expect(told).toEqual(['dropped 1', 'dropped 1', 'works 2']);
    expect(await text('r-2026-11-23.log')).toBe('aaa\nbbb\n');
  });

  test('in trouble keeps its lines, says so once, and writes them when it can', async () => {
    const time = clock();
    const place = join(directory, 'logs');
    // A file stands where the directory should be.
    await writeFile(place, '');
    const { file, told } = fileOf(time, { directory: place });
    file.write('one\n');
    await file.close();
    expect(told).toEqual(['trouble EEXIST']);
    await rm(place);
    await mkdir(place);
    await file.close();
    expect(told).toEqual(['trouble EEXIST', 'works 0']);
    expect(await readFile(join(place, 'r-2026-11-23.log'), 'utf8')).toBe('one\n');
  });
});

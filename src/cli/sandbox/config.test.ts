import { describe, expect, it } from 'vitest';
import { parseSandboxConfig } from './config.ts';

describe('settings of the stand-in', () => {
  it('are read with their units', () => {
    expect(parseSandboxConfig('port: 2526\nmemory: 64 MiB\nwithhold: [CHUNKING]\n', 'f')).toEqual({
      ok: true,
      config: { port: 2526, memory: 64 * 2 ** 20, withhold: ['CHUNKING'] },
    });
  });

  it('may be empty', () => {
    expect(parseSandboxConfig('# nothing\n', 'f')).toEqual({ ok: true, config: {} });
  });

  it.each([
    ['a wrong value', 'host: a\nport: abc\n', 'f:2:7: port: expected a port from 0 to 65535'],
    ['an unknown key', 'port: 1\nprot: 2\n', 'f:2:1: Unrecognized key: "prot"'],
    ['an unknown extension', 'withhold: [X]\n', 'f:1:12: withhold.0: '],
    ['no YAML at all', 'a: [1\n', 'f:2:1: '],
  ])('name the place of %s', (_why, text, fault) => {
    const read = parseSandboxConfig(text, 'f');
    expect(read.ok ? '' : read.faults[0]).toContain(fault);
  });
});

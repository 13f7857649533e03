import { describe, expect, it } from 'vitest';
import { parseSandboxConfig } from './config.ts';

describe('settings of the stand-in', () => {
  it('are read with their units', () => {
    expect(parseSandboxConfig('port: 2526\nmemory: 64 MiB\nwithhold: [CHUNKING]\n', 'f')).toEqual({
      ok: true,
      config: { port: 2526, memory: 64 * 2 ** 20, withhold: ['CHUNKING'] },
    });
  });

  it('describe tenants, with connectors and a zone', () => {
    const text = `
tenants:
  - id: 11111111-2222-4333-8444-555555555555
    domains: [{ name: contoso.com }]
    recipients: known
    connectors: [{ name: office, type: OnPremises, senderIpAddresses: [127.0.0.1/32] }]
zone: { contoso.com: ['v=spf1 -all'], mail.example: { mx: [mx1.mail.example], a: [192.0.2.1] } }
`;
    const read = parseSandboxConfig(text, 'f');
    expect(read.ok && read.config.tenants?.[0]?.connectors?.[0]?.name).toBe('office');
  });

  it('may be empty', () => {
    expect(parseSandboxConfig('# nothing\n', 'f')).toEqual({ ok: true, config: {} });
  });

  it.each([
    ['a wrong value', 'host: a\nport: abc\n', 'f:2:7: port: expected a port from 0 to 65535'],
    ['an unknown key', 'port: 1\nprot: 2\n', 'f:2:1: Unrecognized key: "prot"'],
    ['an unknown extension', 'withhold: [X]\n', 'f:1:12: withhold.0: '],
    [
      'a connector of a type that is none',
      'tenants:\n  - id: 11111111-2222-4333-8444-555555555555\n    domains: [{ name: a.example }]\n    connectors: [{ name: x, type: Other }]\n',
      'f:4:35: tenants.0.connectors.0.type: ',
    ],
    ['no YAML at all', 'a: [1\n', 'f:2:1: '],
  ])('name the place of %s', (_why, text, fault) => {
    const read = parseSandboxConfig(text, 'f');
    expect(read.ok ? '' : read.faults[0]).toContain(fault);
  });
});

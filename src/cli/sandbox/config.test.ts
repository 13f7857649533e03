import { describe, expect, it } from 'vitest';
import { checkSandboxOptions, parseSandboxConfig, readSandboxConfig } from './config.ts';

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

  const tenantWith = (lines: string) =>
    `tenants:\n  - id: 11111111-2222-4333-8444-555555555555\n    domains: [{ name: a.example }]\n${lines}`;

  it.each([
    ['a wrong value', 'host: a\nport: abc\n', 'f:2:7: port: expected a port from 0 to 65535, found "abc"'],
    ['a port beyond all', 'port: 70000\n', 'f:1:7: port: expected a port from 0 to 65535, found 70000'],
    ['an unknown key', 'host: a\nprot: 2\n', 'f:2:1: prot: unknown key "prot"; did you mean "port"?'],
    [
      'an unknown extension',
      'withhold: [CHUNKIN]\n',
      /^f:1:12: withhold\[0\]: expected .*"CHUNKING".*, found "CHUNKIN"; did you mean "CHUNKING"\?$/,
    ],
    [
      'a connector of a type that is none',
      tenantWith('    connectors: [{ name: x, type: Other }]\n'),
      'f:4:35: tenants[0].connectors[0].type: expected "OnPremises" or "Partner", found "Other"',
    ],
    [
      'a network that is none',
      tenantWith(
        '    connectors:\n      - name: x\n        type: Partner\n        senderIpAddresses: [10.0.0.300]\n',
      ),
      'f:7:29: tenants[0].connectors[0].senderIpAddresses[0]: expected an IPv4 address or an IPv4 network such as 192.0.2.0/28, found "10.0.0.300"',
    ],
    [
      'a tenant that is text',
      'tenants: [contoso.com]\n',
      'f:1:11: tenants[0]: expected a mapping, found "contoso.com"',
    ],
    [
      'a tenant without its domains',
      'tenants:\n  - id: 11111111-2222-4333-8444-555555555555\n',
      'f:2:5: tenants[0].domains: expected a list, and "domains" is missing',
    ],
    [
      'tenants that are none',
      'tenants: []\n',
      'f:1:10: tenants: expected at least one entry, found an empty list',
    ],
    [
      'a certificate that is a path',
      tenantWith(
        '    applications:\n      - clientId: 11111111-2222-4333-8444-555555555555\n        objectId: 11111111-2222-4333-8444-555555555556\n        name: x\n        certificates: [./client.pem]\n',
      ),
      'f:8:24: tenants[0].applications[0].certificates[0]: expected a certificate in PEM form, as text of its own, found "./client.pem"',
    ],
    [
      'a record of the zone that is text',
      'zone: { contoso.com: v=spf1 -all }\n',
      'f:1:22: zone["contoso.com"]: expected a list or a mapping, found "v=spf1 -all"',
    ],
    [
      'a record of an unknown type',
      'zone: { contoso.com: { tx: [a] } }\n',
      'f:1:24: zone["contoso.com"].tx: unknown key "tx"; did you mean "txt"?',
    ],
    [
      'a reverse name of no address',
      'reverse: { printer: printer.example }\n',
      'f:1:12: reverse.printer: expected an IPv4 address or an IPv6 address as key, found "printer"',
    ],
    [
      'an address that is a name',
      'address: localhost\n',
      'f:1:10: address: expected an IPv4 address or an IPv6 address, found "localhost"',
    ],
    [
      'a key that stands twice',
      'port: 1\nport: 2\n',
      'f:2:1: this key stands in the mapping twice; write each key once',
    ],
    ['no YAML at all', 'a: [1\n', /^f:2:1: .+; write valid YAML 1\.2$/],
  ])('name place, key and what would be right of %s', (_why, text, fault) => {
    const read = parseSandboxConfig(text, 'f');
    const [first = ''] = read.ok ? [] : read.faults;
    if (typeof fault === 'string') expect(first).toBe(fault);
    else expect(first).toMatch(fault);
  });

  it('does not show a password back', () => {
    const read = parseSandboxConfig(
      tenantWith('    mailboxes: [{ address: a@a.example, password: 12345678 }]\n'),
      'f',
    );
    expect(read).toEqual({
      ok: false,
      faults: ['f:4:51: tenants[0].mailboxes[0].password: expected text, found a number'],
    });
  });

  it('name the file that is not there', async () => {
    const read = await readSandboxConfig('/nowhere/sandbox.yaml');
    expect(read.ok ? [] : read.faults).toEqual([
      '/nowhere/sandbox.yaml:1:1: there is no such file; name a file that exists',
    ]);
  });

  it('name the directory that was given for a file', async () => {
    const read = await readSandboxConfig('/');
    expect(read.ok ? [] : read.faults).toEqual(['/:1:1: this is a directory; name a file in it']);
  });

  it('of the command line name the setting', () => {
    expect(checkSandboxOptions({ port: -1 })).toEqual({
      ok: false,
      faults: ['port: expected a port from 0 to 65535, found -1'],
    });
  });
});

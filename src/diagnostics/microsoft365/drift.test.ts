import { describe, expect, test } from 'vitest';
import { driftOf } from './drift.ts';
import { literal } from './powershell.ts';
import { ReadBackError, collectScript, readBack } from './read-back.ts';
import { egress, tenant } from './setup.fixture.ts';

describe('reading back', () => {
  const file = (name: string, value: unknown) => ({ name, bytes: Buffer.from(JSON.stringify(value)) });
  const connector = {
    Name: 'relay365 by-certificate',
    Enabled: true,
    ConnectorType: 'OnPremises',
    SenderIPAddresses: [],
    TlsSenderCertificateName: '*.contoso.com',
    RequireTls: true,
    AssociatedAcceptedDomains: [],
  };
  const byAddress = {
    ...connector,
    Name: 'by address',
    TlsSenderCertificateName: null,
    SenderIPAddresses: '203.0.113.0/24',
  };
  const good = [
    file('a.json', [connector, byAddress]),
    file('b.json', [
      { DomainName: 'contoso.com', DomainType: 'Authoritative' },
      { DomainName: 'Contoso.onmicrosoft.com', DomainType: 'Authoritative' },
    ]),
    file('c.json', { SmtpClientAuthenticationDisabled: true, MaxRecipientEnvelopeLimit: 'Unlimited' }),
    file('d.json', { RejectDirectSend: true }),
    file('e.json', { PrimarySmtpAddress: 'Relay@contoso.com', SmtpClientAuthenticationDisabled: false }),
    file('f.json', {
      AppId: '11111111-2222-3333-4444-555555555555',
      ObjectId: 'aaaaaaaa-2222-3333-4444-555555555555',
      DisplayName: 'relay365',
    }),
  ];
  const states = (files: Parameters<typeof readBack>[0]) =>
    driftOf(tenant, readBack(files), egress).filter(({ state }) => state !== 'ok');

  test('a tenant that is set up as asked has no drift', () => {
    expect(states(good)).toEqual([]);
  });

  test.each([
    [
      'disabled connector',
      { ...connector, Enabled: false },
      /is disabled/,
      /Set-InboundConnector .* -Enabled \$true/,
    ],
    [
      'partner connector',
      { ...connector, ConnectorType: 'Partner' },
      /of type Partner/,
      /-ConnectorType OnPremises/,
    ],
    [
      'connector for one domain',
      { ...connector, AssociatedAcceptedDomains: ['contoso.com'] },
      /contoso\.onmicrosoft\.com is not attributed/,
      /-AssociatedAcceptedDomains 'contoso\.com','contoso\.onmicrosoft\.com'/,
    ],
    [
      'other certificate',
      { ...connector, TlsSenderCertificateName: 'mail.fabrikam.com' },
      /no inbound connector names the client certificate/,
      /-TlsSenderCertificateName '\*\.contoso\.com'/,
    ],
  ])('%s', (_, changed, text, mend) => {
    const [found, ...more] = states([file('a.json', [changed, byAddress]), ...good.slice(1)]);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      state: 'fail',
      text: expect.stringMatching(text),
      mend: expect.stringMatching(mend),
    });
  });

  test('an address that is missing is added to the connector that lists the others', () => {
    const other = { ...byAddress, SenderIPAddresses: ['198.51.100.7'] };
    expect(states([file('a.json', [connector, other]), ...good.slice(1)])).toEqual([
      expect.objectContaining({
        state: 'fail',
        mend: "Set-InboundConnector -Identity 'by address' -SenderIPAddresses '198.51.100.7','203.0.113.25/32'",
      }),
    ]);
  });

  test.each([
    [['203.0.113.0/24'], '203.0.113.16/28', true],
    [['203.0.113.7/24'], '203.0.113.16/28', true],
    [['203.0.113.16/29'], '203.0.113.16/28', false],
    [['203.0.113.16'], '203.0.113.16/28', false],
    [['203.0.113.16/28'], '203.0.113.25', true],
  ])('a connector for %j and a relay at %s', (SenderIPAddresses, address, isHeld) => {
    const files = [file('a.json', [connector, { ...byAddress, SenderIPAddresses }]), ...good.slice(1)];
    const found = driftOf(tenant, readBack(files), [address]).filter(({ state }) => state !== 'ok');
    const added = address.includes('/') ? address : `${address}/32`;
    expect(found.map(({ mend }) => mend)).toEqual(
      isHeld
        ? []
        : [
            `Set-InboundConnector -Identity 'by address' -SenderIPAddresses '${SenderIPAddresses[0]}','${added}'`,
          ],
    );
  });

  test('a public address that no connector can hold is named', () => {
    const found = driftOf(tenant, readBack(good), [...egress, '2001:db8::25']);
    expect(found.filter(({ state }) => state !== 'ok')).toEqual([
      expect.objectContaining({
        state: 'warn',
        subject: 'public address 2001:db8::25',
        text: expect.stringContaining('an IPv4 address is needed') as string,
      }),
    ]);
  });

  test('SMTP AUTH follows the organisation where the mailbox says nothing', () => {
    const inherits = file('e.json', {
      PrimarySmtpAddress: 'relay@contoso.com',
      SmtpClientAuthenticationDisabled: null,
    });
    expect(states([...good.slice(0, 4), inherits, good[5]!])).toEqual([
      expect.objectContaining({ state: 'fail', subject: 'SMTP AUTH of relay@contoso.com' }),
    ]);
  });

  test('what no file tells is unknown, not right', () => {
    const all = driftOf(tenant, readBack([]), egress);
    expect(all.length).toBeGreaterThan(4);
    expect(all.every(({ state }) => state === 'unknown')).toBe(true);
  });

  test('UTF-16 of Windows PowerShell is read', () => {
    const text = JSON.stringify([{ DomainName: 'contoso.com', DomainType: 'Authoritative' }]);
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    expect(readBack([{ name: 'x.json', bytes }]).acceptedDomains).toHaveLength(1);
  });

  test('what ConvertTo-Json makes of lists, objects and encodings is read alike', () => {
    const two = [connector, { ...byAddress, SenderIPAddresses: ['203.0.113.0/24', '198.51.100.7'] }];
    const joined = [connector, { ...byAddress, SenderIPAddresses: '203.0.113.0/24 198.51.100.7' }];
    const read = (text: string, encode = (one: string): Buffer => Buffer.from(one)) =>
      readBack([{ name: 'x.json', bytes: encode(text) }]).inboundConnectors;
    const expected = read(JSON.stringify(two));
    expect(expected).toHaveLength(2);
    expect(read(JSON.stringify(joined))).toEqual(expected);
    expect(read(JSON.stringify({ value: two, Count: 2 }))).toEqual(expected);
    expect(read(JSON.stringify({ value: connector, Count: 1 }))).toHaveLength(1);
    expect(read(JSON.stringify(connector))).toHaveLength(1);
    expect(read(`\uFEFF${JSON.stringify(two)}`)).toEqual(expected);
    const bigEndian = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
    expect(read(JSON.stringify(two), bigEndian)).toEqual(expected);
    expect(read(JSON.stringify(two), (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'))).toEqual(expected);
  });

  test('a type that is written as a number is not judged', () => {
    const [found, ...more] = states([
      file('a.json', [{ ...connector, ConnectorType: 1 }, byAddress]),
      ...good.slice(1),
    ]);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      state: 'unknown',
      text: expect.stringContaining('-EnumsAsStrings') as string,
    });
  });

  test.each([
    ['no JSON', 'Name : relay365'],
    ['another cmdlet', '{"Identity":"x"}'],
    ['a list of nonsense', '[1,null,"x",{"__proto__":{"Name":"x"}}]'],
  ])('%s is refused by name', (_, text) => {
    expect(() => readBack([{ name: 'x.json', bytes: Buffer.from(text) }])).toThrow(ReadBackError);
  });

  test('the lines to collect name one file for each kind', () => {
    const files = collectScript(['relay@contoso.com'], literal)
      .join('\n')
      .match(/[\w-]+\.json/g);
    expect(files).toEqual([...new Set(files)]);
    expect(files).toHaveLength(6);
  });
});

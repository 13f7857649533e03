import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { driftOf } from './drift.ts';
import { literal } from './powershell.ts';
import { ReadBackError, collectScript, readBack } from './read-back.ts';
import type { SetupTenant } from './setup-input.ts';
import { formatSetup, setupOf } from './setup-script.ts';

const tenant: SetupTenant = {
  domain: 'contoso.com',
  acceptedDomains: ['contoso.com', 'contoso.onmicrosoft.com'],
  cloud: 'worldwide',
  senders: ['scanner@contoso.com', 'relay@contoso.com'],
  routes: [
    {
      kind: 'connector-certificate',
      connector: 'by-certificate',
      names: ['relay.contoso.com', '*.contoso.com'],
    },
    { kind: 'connector-address', connector: 'by-address' },
    {
      kind: 'submission',
      connector: 'submission',
      mailbox: 'relay@contoso.com',
      application: { clientId: '11111111-2222-3333-4444-555555555555', kind: 'secret' },
    },
    {
      kind: 'graph',
      connector: 'graph',
      mailbox: 'relay@contoso.com',
      application: { clientId: '11111111-2222-3333-4444-555555555555', kind: 'certificate' },
      drafts: false,
    },
  ],
};
const egress = ['203.0.113.25'];

describe('the script', () => {
  const { sections } = setupOf(tenant, egress);
  const lines = sections.flatMap((section) => section.lines);

  test('follows the lines of the reference for both kinds of inbound connector', () => {
    expect(lines).toContain(
      "New-InboundConnector -Name 'relay365 by-certificate' -ConnectorType OnPremises -SenderDomains * -TlsSenderCertificateName '*.contoso.com' -RequireTls $true -Enabled $true",
    );
    expect(lines).toContain(
      "New-InboundConnector -Name 'relay365 by-address' -ConnectorType OnPremises -SenderDomains * -SenderIPAddresses '203.0.113.25/32' -Enabled $true",
    );
  });

  test('registers the enterprise application, not the registration', () => {
    expect(lines).toContain(
      "New-ServicePrincipal -AppId $enterprise.AppId -ObjectId $enterprise.Id -DisplayName 'relay365'",
    );
    expect(lines.join('\n')).not.toContain('Get-MgApplication');
  });

  test('switches SMTP AUTH on for the one mailbox, and asks Send As for the other sender', () => {
    expect(lines).toContain(
      "Set-CASMailbox -Identity 'relay@contoso.com' -SmtpClientAuthenticationDisabled $false",
    );
    expect(lines).toContain(
      "Add-RecipientPermission -Identity 'scanner@contoso.com' -Trustee 'relay@contoso.com' -AccessRights SendAs -Confirm:$false",
    );
    expect(lines.join('\n')).not.toContain("-Identity 'relay@contoso.com' -Trustee");
  });

  test('gives Graph one mailbox by RBAC for Applications', () => {
    expect(lines).toContain(
      "New-ManagementRoleAssignment -App $enterprise.Id -Role 'Application Mail.Send' -CustomResourceScope 'relay365-graph'",
    );
  });

  test('every section that changes something has a way back', () => {
    for (const section of sections) {
      const changes = section.lines.some((line) => /^(?:New|Set|Add|Connect)-/.test(line));
      if (changes) expect([section.id, section.undo.length]).not.toEqual([section.id, 0]);
    }
  });

  test('SPF holds the address of the relay beside Microsoft’s include, once', () => {
    const spf = sections.find(({ id }) => id === 'spf-contoso.com');
    expect(spf?.lines).toEqual([
      'contoso.com. 3600 IN TXT "v=spf1 ip4:203.0.113.25 include:spf.protection.outlook.com -all"',
    ]);
    expect(sections.some(({ id }) => id === 'spf-contoso.onmicrosoft.com')).toBe(false);
  });

  // learn.microsoft.com/powershell/module/exchange/new-inboundconnector: single addresses and /24 to /32, no IPv6.
  test('a range of addresses goes in as it is, and what no connector can hold is named', () => {
    const mixed = setupOf(tenant, ['203.0.113.25', '198.51.100.0/28', '192.0.0.0/20', '2001:db8::25']);
    const all = mixed.sections.flatMap((section) => section.lines);
    expect(all).toContain(
      "New-InboundConnector -Name 'relay365 by-address' -ConnectorType OnPremises -SenderDomains * -SenderIPAddresses '203.0.113.25/32','198.51.100.0/28' -Enabled $true",
    );
    expect(all).toEqual(
      expect.arrayContaining([
        '# 192.0.0.0/20 is left out: inbound connectors hold single addresses and ranges of /24 to /32',
        '# 2001:db8::25 is left out: an IPv4 address is needed; inbound connectors know no other',
        // RFC 7208 5.6.
        'contoso.com. 3600 IN TXT "v=spf1 ip4:203.0.113.25 ip4:198.51.100.0/28 ip4:192.0.0.0/20 ip6:2001:db8::25 include:spf.protection.outlook.com -all"',
      ]),
    );
  });

  test('can be pasted whole: what is not PowerShell stands as comments', () => {
    const text = formatSetup({ domain: 'contoso.com', sections }, 'do');
    expect(
      text
        .split('\n')
        .find((line) => line.includes('IN TXT'))
        ?.startsWith('# '),
    ).toBe(true);
  });

  test('another cloud has its own environment and SPF', () => {
    const china = setupOf({ ...tenant, cloud: 'china' }, []);
    const all = china.sections.flatMap((section) => section.lines).join('\n');
    expect(all).toContain('-ExchangeEnvironmentName O365China');
    expect(all).toContain('include:spf.protection.partner.outlook.cn');
  });
});

test('a value never ends its quotation', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom("'", '‘', '’', '\n', ''), (text, mark) => {
      const quoted = literal(text + mark);
      expect(quoted).toMatch(/^'(?:[^'‘’‚‛\n]|(['‘’‚‛])\1)*'$/u);
    }),
  );
});

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

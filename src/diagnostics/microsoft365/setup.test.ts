import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { literal } from './powershell.ts';
import { egress, tenant } from './setup.fixture.ts';
import { formatSetup, setupOf } from './setup-script.ts';

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
      "  New-ServicePrincipal -AppId $enterprise.AppId -ObjectId $enterprise.Id -DisplayName 'relay365'",
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

  // PowerShell takes a variable that nobody set for $null, and `-eq $null` or `-Identity $null` is not what is meant.
  test.each(['do', 'undo'] as const)(
    'each section of the way to %s sets the variables that it uses',
    (way) => {
      const used = sections.filter((section) => (way === 'do' ? section.lines : section.undo).length > 0);
      expect(used.length).toBeGreaterThan(5);
      for (const { id, lines: forward, undo } of used) {
        const text = (way === 'do' ? forward : undo).join('\n');
        const set = new Set([...text.matchAll(/^\s*\$(\w+) = /gm)].map(([, name]) => name));
        const asked = [...text.matchAll(/\$(\w+)/g)].map(([, name]) => name ?? '');
        const missing = asked.filter((name) => !set.has(name) && !/^(?:true|false|null|_)$/.test(name));
        expect([id, missing]).toEqual([id, []]);
      }
    },
  );

  test('the way back signs in first and out last, and takes nothing twice', () => {
    const text = formatSetup({ domain: 'contoso.com', sections }, 'undo');
    const commands = text.split('\n').filter((line) => /^[A-Z]\w+-/.test(line));
    expect(commands[0]).toBe('Connect-ExchangeOnline');
    expect(commands.at(-1)).toBe('Disconnect-MgGraph');
    expect(text).not.toContain('Install-Module');
  });

  test('two connectors of one mailbox and one application are set up side by side', () => {
    const titles = sections
      .map(({ title }) => title)
      .filter((title) => title.startsWith('Send As for relay@'));
    expect(titles).toHaveLength(1);
    const registrations = lines.filter((line) => line.includes('New-ServicePrincipal '));
    expect(registrations.length).toBeGreaterThan(1);
    for (const line of registrations) {
      expect(lines[lines.indexOf(line) - 1]).toBe(
        'if (-not (Get-ServicePrincipal | Where-Object AppId -eq $enterprise.AppId)) {',
      );
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

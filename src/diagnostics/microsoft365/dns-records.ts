/**
 * DNS records and signing of the sender domains.
 *
 * Sources: learn.microsoft.com/defender-office-365/email-authentication-spf-configure, -dkim-configure, -dmarc-configure.
 */
import type { Cloud } from '../../../microsoft365/clouds.ts';
import { asSpfTerm } from './egress-range.ts';
import { literal } from './powershell.ts';
import type { SetupSection } from './sections.ts';

/** `egress`: public addresses and ranges that belong into the record, since mail by an inbound connector is judged by them too. */
export function dnsSections(domain: string, cloud: Cloud, egress: readonly string[]): SetupSection[] {
  // Domains of the cloud itself have their records from Microsoft.
  if (domain.endsWith('.onmicrosoft.com')) return [];
  const spf = ['v=spf1', ...egress.map(asSpfTerm), `include:${cloud.spfInclude}`, '-all'];
  return [
    {
      id: `spf-${domain}`,
      title: `SPF of ${domain}`,
      kind: 'dns',
      why: 'One TXT record that begins with v=spf1, no second one, at most ten terms that ask DNS. Merge these terms into the record that is there. Without it relayed mail leaves by the relay pool, which no SPF record covers.',
      lines: [`${domain}. 3600 IN TXT "${spf.join(' ')}"`],
      check: [`Resolve-DnsName -Type TXT ${literal(domain)} | Where-Object Strings -like 'v=spf1*'`],
      undo: ['Put back the record as it was.'],
      source: 'learn.microsoft.com/defender-office-365/email-authentication-spf-configure',
    },
    {
      id: `dkim-${domain}`,
      title: `DKIM of ${domain}`,
      kind: 'powershell',
      why: 'By default the tenant signs with its onmicrosoft.com name, which does not align with the From address. The two CNAME records must exist before signing can be switched on.',
      lines: [
        `New-DkimSigningConfig -DomainName ${literal(domain)} -Enabled $false`,
        `Get-DkimSigningConfig -Identity ${literal(domain)} | Format-List Selector1CNAME,Selector2CNAME`,
        `# then publish selector1._domainkey.${domain} and selector2._domainkey.${domain} as CNAME, wait, and:`,
        `Set-DkimSigningConfig -Identity ${literal(domain)} -Enabled $true`,
      ],
      check: [`Get-DkimSigningConfig -Identity ${literal(domain)} | Format-List Enabled,Status`],
      undo: [`Set-DkimSigningConfig -Identity ${literal(domain)} -Enabled $false`],
      source: 'learn.microsoft.com/defender-office-365/email-authentication-dkim-configure',
    },
    {
      id: `dmarc-${domain}`,
      title: `DMARC of ${domain}`,
      kind: 'dns',
      why: 'Says what receivers do with mail that neither SPF nor DKIM proves. Begin with p=none, read the reports, then quarantine and reject.',
      lines: [`_dmarc.${domain}. 3600 IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@${domain}"`],
      check: [`Resolve-DnsName -Type TXT ${literal(`_dmarc.${domain}`)}`],
      undo: [`Delete the record _dmarc.${domain}.`],
      source: 'learn.microsoft.com/defender-office-365/email-authentication-dmarc-configure',
    },
  ];
}

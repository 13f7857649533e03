/** Faults of what domains publish: SPF, DKIM, DMARC, MX; from a name server with zones of its own. */
import type { Fault } from './world.ts';
import { examine, given, hop, printer, zone } from './world.ts';
import type { Zone } from '../dns-server.ts';
import type { Patient } from '../patient.ts';

const egress = ['203.0.113.9'];

/** A host of Exchange Online on loopback, which sees us come from the address that the records name. */
async function exchangeOnline(host?: string): Promise<Patient> {
  const { authority } = given();
  const identity = await authority.issue({ names: ['*.mail.protection.outlook.com'] });
  const answer = '250-mx.example Hello [203.0.113.9]\r\n250 STARTTLS';
  const port = await hop({ identity, on: ({ verb }) => (verb === 'EHLO' ? answer : undefined) });
  const route = { type: 'exchange-online', port, ...(host !== undefined && { host }) };
  return {
    connectors: [{ name: 'mx', route, serverName: 'contoso-com.mail.protection.outlook.com' }],
    secrets: { ca: authority.certificate },
  };
}

const spf = async (txt: readonly string[], more: Record<string, Zone> = {}) => {
  const mx = ['contoso-com.mail.protection.outlook.com'];
  return examine(zone({ 'contoso.com': { txt, mx }, ...more }, { egress, ...(await exchangeOnline()) }));
};

/** With a route into Microsoft 365, so that its selectors matter. */
const byExchange = async (changes: Record<string, Zone | undefined>, more: Patient = {}) =>
  examine(zone(changes, { ...(await exchangeOnline()), ...more }));

const many = (count: number): Record<string, Zone> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`s${n}.example`, { txt: ['v=spf1 ip4:192.0.2.9 -all'] }]),
  );
const includes = (count: number) =>
  Array.from({ length: count }, (_, n) => `include:s${n}.example`).join(' ');

const dmarc = (txt: readonly string[]) => examine(zone({ '_dmarc.contoso.com': { txt } }));

const british = [{ name: 'printer', networks: ['10.0.0.1'], senders: ['scan@print.contoso.co.uk'] }];
const keys = (domain: string): Record<string, Zone> => ({
  [`selector1._domainkey.${domain}`]: { txt: ['v=DKIM1; p=AAAA'] },
  [`selector2._domainkey.${domain}`]: { txt: ['v=DKIM1; p=AAAA'] },
});
const noKeys = {
  'selector1._domainkey.contoso.com': undefined,
  'selector2._domainkey.contoso.com': undefined,
};
const rewritten = (sender: string) => [{ ...printer[0], rewrite: { sender } }];
const anySpf = { txt: ['v=spf1 -all'] };

export const nameFaults: readonly Fault[] = [
  {
    fault: 'no SPF record',
    told: () => spf([]),
    id: 'doctor spf:contoso.com',
    cause: 'contoso.com has no SPF record',
    mend: 'Publish TXT contoso.com "v=spf1 ip4:203.0.113.9 include:spf.protection.outlook.com -all"',
  },
  {
    fault: 'two SPF records',
    told: () => spf(['v=spf1 -all', 'v=spf1 ip4:203.0.113.9 -all']),
    id: 'doctor spf:contoso.com',
    cause: '2 SPF records; there must be one',
    mend: 'Merge the TXT records of contoso.com that begin with "v=spf1" into one',
  },
  {
    fault: 'SPF: the address of the relay is missing',
    told: () => spf(['v=spf1 ip4:198.51.100.1 -all']),
    id: 'doctor spf:contoso.com',
    cause: 'from 203.0.113.9 comes to fail: the address of this relay is missing from the record',
    mend: 'v=spf1 ip4:198.51.100.1 ip4:203.0.113.9 -all',
  },
  {
    fault: 'SPF: softfail for our address',
    told: () => spf(['v=spf1 ~all']),
    id: 'doctor spf:contoso.com',
    cause: 'comes to softfail',
    mend: 'Put ip4:203.0.113.9 into the record of contoso.com, before its "all"',
  },
  {
    fault: 'SPF: too many look-ups',
    told: () => spf([`v=spf1 ${includes(11)} -all`], many(11)),
    id: 'doctor spf:contoso.com',
    cause: 'more than 10 terms',
    mend: 'Take includes out until ten or fewer terms ask DNS',
  },
  {
    fault: 'SPF: one look-up from too many',
    told: () => spf([`v=spf1 ${includes(9)} ip4:203.0.113.9 -all`], many(9)),
    id: 'doctor spf:contoso.com',
    cause: 'needs 9 look-ups of the 10',
    mend: 'Take out an include that nobody needs any more',
  },
  {
    fault: 'SPF: a term that cannot be read',
    told: () => spf(['v=spf1 ip4:203.0.113.900 -all']),
    id: 'doctor spf:contoso.com',
    cause: 'permerror, so receivers treat contoso.com as if it were forged: ',
    mend: 'Correct the record of contoso.com at the place named',
  },
  {
    fault: 'SPF: includes a domain without a record',
    told: () => spf(['v=spf1 include:gone.example -all']),
    id: 'doctor spf:contoso.com',
    cause: 'no SPF record to include',
    mend: 'Correct the record of contoso.com at the place named',
  },
  {
    fault: 'SPF: too many names that do not exist',
    told: () => spf(['v=spf1 a:x1.example a:x2.example a:x3.example -all']),
    id: 'doctor spf:contoso.com',
    cause: 'look-ups found nothing',
    mend: 'Take out the terms whose names do not exist any more',
  },
  {
    fault: 'DKIM is not set up',
    told: () => byExchange(noKeys),
    id: 'doctor dkim:contoso.com',
    cause: 'neither selector is published',
    mend: 'Set-DkimSigningConfig -Identity contoso.com -Enabled $true',
  },
  {
    fault: 'one DKIM selector is missing',
    told: () => byExchange({ 'selector2._domainkey.contoso.com': undefined }),
    id: 'doctor dkim:contoso.com',
    cause: 'selector2._domainkey.contoso.com is missing',
    mend: 'Get-DkimSigningConfig -Identity contoso.com | Format-List Selector1CNAME, Selector2CNAME',
  },
  {
    fault: 'a DKIM selector leads nowhere',
    told: () =>
      byExchange({
        'selector1._domainkey.contoso.com': { cname: 'selector1-contoso-com._domainkey.gone.example' },
      }),
    id: 'doctor dkim:contoso.com',
    cause: 'selector1._domainkey.contoso.com leads to a name without a key',
    mend: 'Get-DkimSigningConfig',
  },
  {
    fault: 'a DKIM key was revoked',
    told: () => byExchange({ 'selector2._domainkey.contoso.com': { txt: ['v=DKIM1; p='] } }),
    id: 'doctor dkim:contoso.com',
    cause: 'selector2._domainkey.contoso.com is missing',
    mend: 'Get-DkimSigningConfig',
  },
  {
    fault: 'no DMARC record',
    told: () => examine(zone({ '_dmarc.contoso.com': undefined })),
    id: 'doctor dmarc:contoso.com',
    cause: 'contoso.com has no DMARC record',
    mend: 'Publish TXT _dmarc.contoso.com "v=DMARC1; p=none',
  },
  {
    fault: 'two DMARC records',
    told: () => dmarc(['v=DMARC1; p=none', 'v=DMARC1; p=reject']),
    id: 'doctor dmarc:contoso.com',
    cause: '2 DMARC records: receivers then use none',
    mend: 'Leave one record at _dmarc.contoso.com',
  },
  {
    fault: 'DMARC without a policy',
    told: () => dmarc(['v=DMARC1; rua=mailto:x@contoso.com']),
    id: 'doctor dmarc:contoso.com',
    cause: 'no usable policy (p=absent)',
    mend: 'Set p to none, quarantine or reject',
  },
  {
    fault: 'two DMARC records at the organisational domain below co.uk',
    told: () =>
      examine(
        zone(
          {
            'print.contoso.co.uk': { txt: ['v=spf1 ip4:203.0.113.9 -all'] },
            '_dmarc.contoso.co.uk': { txt: ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] },
            ...keys('print.contoso.co.uk'),
          },
          { sources: british },
        ),
      ),
    id: 'doctor dmarc:print.contoso.co.uk',
    cause: '2 DMARC records',
    mend: 'Leave one record at _dmarc.contoso.co.uk',
  },
  {
    fault: 'DMARC: the envelope sender belongs to somebody else, and there is no DKIM',
    told: () =>
      examine(zone({ ...noKeys, 'mailer.example': anySpf }, { sources: rewritten('bounce@mailer.example') })),
    id: 'doctor dmarc-alignment:printer contoso.com',
    cause:
      'SPF speaks for mailer.example, no DKIM key of contoso.com is published, and its From is contoso.com; receivers refuse it (p=reject)',
    mend: 'Set-DkimSigningConfig -Identity contoso.com -Enabled $true',
  },
  {
    fault: 'DMARC: strict alignment, and the envelope sender is of a domain below',
    told: () =>
      examine(
        zone(
          {
            ...noKeys,
            'mail.contoso.com': anySpf,
            '_dmarc.contoso.com': { txt: ['v=DMARC1; p=quarantine; aspf=s'] },
          },
          { sources: rewritten('bounce@mail.contoso.com') },
        ),
      ),
    id: 'doctor dmarc-alignment:printer contoso.com',
    cause: 'SPF speaks for mail.contoso.com',
    mend: 'set `rewrite.sender` of printer to an address of contoso.com',
  },
  {
    fault: 'MX moved to mx.microsoft, and the old host name is still written',
    told: async () =>
      examine(
        zone(
          { 'contoso.com': { mx: ['contoso-com.k-v1.mx.microsoft'], txt: ['v=spf1 ip4:203.0.113.9 -all'] } },
          await exchangeOnline('contoso-com.mail.protection.outlook.com'),
        ),
      ),
    id: 'doctor mx:mx',
    cause: 'the domain was moved to mx.microsoft',
    mend: 'Set `route.host` of mx to contoso-com.k-v1.mx.microsoft',
  },
  {
    fault: 'MX leads to another filter, and the tenant is found by MX',
    told: () =>
      byExchange({
        'contoso.com': { mx: ['mx.filter.example'], txt: ['v=spf1 ip4:203.0.113.9 -all'] },
        'mx.filter.example': { a: ['127.0.0.1'] },
      }),
    id: 'doctor mx:mx',
    cause:
      'the MX of contoso.com (mx.filter.example) is no host of Microsoft 365: another filter stands before the tenant',
    mend: 'Set `route.host` of mx to the host of the tenant under',
  },
  {
    fault: 'no MX at all',
    told: () => byExchange({ 'contoso.com': { txt: ['v=spf1 ip4:203.0.113.9 -all'] } }),
    id: 'doctor mx:mx',
    cause: 'contoso.com has no MX records',
    mend: 'Set the MX record that the admin center shows for contoso.com',
  },
];

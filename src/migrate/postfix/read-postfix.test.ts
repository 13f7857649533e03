import { expect, test } from 'vitest';
import { parsePolicyDocument } from '../../config/load.ts';
import { compilePolicy } from '../../policy/compile.ts';
import { policyText } from '../policy-text.ts';
import { propose } from '../proposal.ts';
import { SeenClients } from '../seen.ts';
import { PostfixLog } from './mail-log.ts';
import { readMainCf } from './main-cf.ts';
import { readPostfix } from './read-postfix.ts';

// The form that Debian's package writes for "Internet with smarthost".
const debian = `# See /usr/share/postfix/main.cf.dist for a commented, more complete version
smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)
biff = no
append_dot_mydomain = no
compatibility_level = 3.6
smtpd_tls_cert_file=/etc/ssl/certs/ssl-cert-snakeoil.pem
smtpd_tls_key_file=/etc/ssl/private/ssl-cert-snakeoil.key
smtpd_tls_security_level=may
smtp_tls_security_level=may
smtp_tls_session_cache_database = btree:\${data_directory}/smtp_scache
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
myhostname = old.contoso.com
mydestination = $myhostname, contoso.com, localhost.contoso.com, , localhost
relayhost = [contoso-com.mail.protection.outlook.com]:25
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
  # devices
  10.20.0.7/24,
  10.0.0.0/8 !10.66.0.1
transport_maps = hash:/etc/postfix/transport
smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd
sender_dependent_relayhost_maps = hash:/etc/postfix/sender_relay
milter_macro_v = $mail_name
`;
const tables = new Map([
  [
    '/etc/postfix/transport',
    'fabrikam.com smtp:[mx.fabrikam.com]:2525\n.adatum.com :\nlist.contoso.com mailman:\n',
  ],
  ['/etc/postfix/sasl_passwd', '[smart.example.net]:587 relay:a-test-value-of-a-password\n'],
  ['/etc/postfix/sender_relay', '@woodgrove.com [smart.example.net]:587\n'],
]);
const read = () => readPostfix(debian, 'main.cf', (path) => tables.get(path));
const wishes = { domains: [], keepRanges: false };

function compiled(text: string) {
  const parsed = parsePolicyDocument(text, 'policy.yaml');
  if (parsed.kind === 'faulty') throw new Error(JSON.stringify(parsed.findings));
  const errors = compilePolicy(parsed.value, 1).findings.filter(({ severity }) => severity === 'error');
  return { document: parsed.value, errors };
}

test('a policy that is valid, with the narrow ranges and without the wide one', () => {
  const proposal = propose(read(), wishes);
  const { document, errors } = compiled(policyText(proposal, 'postfix'));
  expect(errors).toEqual([]);
  expect(document.sources).toMatchObject([
    { name: 'mynetworks', networks: ['127.0.0.1', '::1', '10.20.0.0/24'], senders: ['*@contoso.com'] },
  ]);
  const told = proposal.dangers.map(({ text }) => text).join('\n');
  expect(told).toContain('10.0.0.0/8 is too wide');
  expect(told).toContain('!10.66.0.1');
});

test('ways out by relay host, recipient and sender', () => {
  const proposal = propose(read(), wishes);
  expect(proposal.connectors).toMatchObject([
    {
      name: 'default',
      tls: 'required',
      route: { type: 'exchange-online', host: 'contoso-com.mail.protection.outlook.com' },
    },
    {
      pattern: 'fabrikam.com',
      tls: 'opportunistic',
      route: { type: 'smart-host', hosts: ['mx.fabrikam.com:2525'] },
    },
    { senders: ['*@woodgrove.com'], cost: 5, suspended: 'the login is not taken over' },
  ]);
});

test('no password of a table is in anything that is shown', () => {
  const inventory = read();
  const proposal = propose(inventory, wishes);
  const everything = JSON.stringify([
    proposal,
    policyText(proposal, 'postfix'),
    inventory.waysOut,
    inventory.notTaken,
  ]);
  expect(everything).toContain('relay');
  expect(everything).not.toContain('a-test-value-of-a-password');
});

test('what is not taken over is named, each with its place', () => {
  const { notTaken, node } = read();
  const names = (list: typeof notTaken) => list.map(({ from }) => from);
  expect(names(notTaken)).toEqual(
    expect.arrayContaining([
      'main.cf:11 smtpd_relay_restrictions',
      'main.cf:22 milter_macro_v',
      '/etc/postfix/transport:3',
    ]),
  );
  expect(names(node)).toEqual(
    expect.arrayContaining(['main.cf:6 smtpd_tls_cert_file', 'main.cf:12 myhostname']),
  );
});

// Lines of Postfix 3.7 as syslog writes them; the second qmgr line is a later attempt of the same message.
const log = `Nov 24 07:40:01 old postfix/smtpd[811]: Anonymous TLS connection established from printer.contoso.com[10.20.0.15]: TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)
Nov 24 07:40:01 old postfix/smtpd[811]: 4A1B2C3D4E: client=printer.contoso.com[10.20.0.15]
Nov 24 07:40:01 old postfix/qmgr[702]: 4A1B2C3D4E: from=<Scanner@contoso.com>, size=48211, nrcpt=1 (queue active)
Nov 24 07:45:01 old postfix/qmgr[702]: 4A1B2C3D4E: from=<Scanner@contoso.com>, size=48211, nrcpt=1 (queue active)
Nov 24 07:41:01 old postfix/smtpd[812]: 5B1B2C3D4E: client=unknown[203.0.113.9], sasl_method=PLAIN, sasl_username=crm
Nov 24 07:41:01 old postfix/qmgr[702]: 5B1B2C3D4E: from=<crm@contoso.com>, size=2100, nrcpt=1 (queue active)
`;

test('with a log each client that is permitted and sends gets what it used, and ranges are left out', () => {
  const seen = new SeenClients();
  const reader = new PostfixLog(seen);
  for (const line of log.split('\n')) reader.line(line);
  const proposal = propose({ ...read(), seen: seen.list() }, wishes);
  expect(seen.list()).toMatchObject([
    { address: '10.20.0.15', messages: 1, tls: ['TLSv1.2'], senders: ['scanner@contoso.com'] },
    { address: '203.0.113.9', messages: 1, logins: ['crm'] },
  ]);
  expect(proposal.sources.map(({ name, senders }) => ({ name, senders }))).toContainEqual({
    name: 'client-10-20-0-15',
    senders: ['scanner@contoso.com'],
  });
  expect(proposal.sources.flatMap(({ networks }) => networks.map(({ range }) => range))).not.toContain(
    '10.20.0.0/24',
  );
  expect(proposal.notes.map(({ text }) => text).join('\n')).toContain('as crm by a login');
  expect(compiled(policyText(proposal, 'postfix')).errors).toEqual([]);
});

test('an open relay is named as such', () => {
  const { dangers } = readPostfix(
    'smtpd_recipient_restrictions = permit\nmynetworks = 0.0.0.0/0\n',
    'main.cf',
    () => undefined,
  );
  expect(dangers.map(({ text }) => text)).toEqual(['permits everybody: the old relay was open']);
});

test('settings that name themselves and each other end', () => {
  const text = `a = $a $b $b $b $b\nb = $c $c $c $c $c\nc = $a$a$a$a$a\n`;
  expect(readMainCf(text).settings.get('a')?.value.length).toBeLessThan(70_000);
});

test('words of the old files cannot leave their comment', () => {
  const proposal = propose(
    readPostfix('mynetworks = 10.0.0.1\nevil = x\u0085sources:\u2028- name: y\n', 'main.cf', () => undefined),
    wishes,
  );
  expect(compiled(policyText(proposal, 'postfix')).document.sources).toHaveLength(1);
});

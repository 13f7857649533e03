/** What repetition of one error brings a mailbox ("SMTP AUTH client submission: continuous errors are throttled"). */
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../sandbox.ts';
import { defaultTenant, defaults } from '../tenant/defaults.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import type { RawClient } from '../testing/raw-client.ts';
import { accessToken, running, securedClient, sendRaw, xoauth2 } from '../testing/running.ts';

const { mailbox } = defaults;
const mail = { from: mailbox, to: ['x@outside.example'], content: `From: ${mailbox}\r\n\r\nhello` };

async function loggedIn(sandbox: Sandbox): Promise<RawClient> {
  const client = await securedClient(sandbox, sandbox.submission);
  expect(await client.line(`AUTH XOAUTH2 ${xoauth2(mailbox, await accessToken(sandbox))}`)).toMatch(/^235 /);
  return client;
}

describe('equal errors in a row', () => {
  it.each([
    [
      'its mailbox is full',
      { fullMailboxes: [mailbox] },
      mail,
      /^554 5\.2\.2 STOREDRV\.Submission/,
      '251',
      'mailbox full',
    ],
    [
      'it has no licence',
      { unlicensedMailboxes: [mailbox] },
      mail,
      /^550 5\.2\.0 /,
      '253',
      'invalid license',
    ],
    [
      'it names too many recipients',
      {},
      { ...mail, to: ['a@a.example', 'b@b.example', 'c@c.example'] },
      /^452 /,
      '254',
      'too many recipients',
    ],
    [
      'nobody knows its recipients',
      {},
      { ...mail, to: ['nobody@contoso.com'] },
      /^250 /,
      '255',
      'invalid recipients',
    ],
    ['reports say so', {}, { ...mail, to: ['ndr-5-1-10@a.example'] }, /^250 /, '255', 'invalid recipients'],
  ])('blocks a mailbox that keeps on although %s', async (_why, switches, message, reply, code, words) => {
    const clock = new ManualClock(Date.now());
    const mailboxes = [{ address: mailbox, recipientsMax: 2 }];
    const tenants = [{ ...defaultTenant([]), mailboxes, recipients: 'known' as const }];
    const sandbox = await running({ clock, tenants, mailboxLimits: { equalErrors: 3 } });
    sandbox.switches.set(switches);
    const client = await loggedIn(sandbox);
    for (let at = 0; at < 3; at += 1) {
      expect(await sendRaw(client, message)).toMatch(reply);
      await client.line('RSET');
    }
    sandbox.switches.set({ fullMailboxes: [], unlicensedMailboxes: [] });
    const blocked = await sendRaw(client, mail);
    expect(blocked).toContain(`550 5.2.${code} Sender throttled due to continuous ${words} errors.`);
    clock.advance(60 * 60_000);
    expect(await sendRaw(await loggedIn(sandbox), mail)).toMatch(/^250 /);
  });

  it('counts a run of equal errors: what goes well in between ends it', async () => {
    const tenants = [{ ...defaultTenant([]), recipients: 'known' as const }];
    const sandbox = await running({ tenants, mailboxLimits: { equalErrors: 2 } });
    const client = await loggedIn(sandbox);
    const unknown = { ...mail, to: ['nobody@contoso.com'] };
    for (const message of [unknown, mail, unknown, mail])
      expect(await sendRaw(client, message)).toMatch(/^250 /);
  });
});

/** Unknown senders, the simulator, the policy and the set-up in a real browser against a running relay. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from './axe.ts';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import type { SignedIn } from './browser.ts';
import type { ConsoleWorld } from './world.ts';
import { fill, startConsoleWorld } from './world.ts';

let browser: Browser;
let world: ConsoleWorld;
let state: SignedIn;

beforeAll(async () => {
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld()]);
  await fill(world);
  state = await signInFirst(browser, world);
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

/** What was done is said in a toast, and once more for screen readers. */
const toast = (page: Page, text: string | RegExp) => page.locator('.fui-ToastTitle', { hasText: text });

test('an unknown printer is let in until Friday with the least it needs, after what that would do was shown', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/unknown-senders');
  await page.getByRole('button', { name: '127.0.0.3', exact: true }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  const name = page.getByLabel('Name');
  await name.waitFor();
  await page.getByText('Everything that it tried, as far as it was recorded, would pass.').waitFor();
  // Less than it tried: the effect says so before anything is saved.
  await page.getByLabel('May send as').fill('other@contoso.com');
  await page.getByText('0 of 1 kind of attempt would pass.').waitFor();
  await page.getByLabel('May send as').fill('fax@contoso.com');
  await page.getByText('Everything that it tried').waitFor();
  await page.getByLabel('How long').selectOption('friday');
  await name.fill('fax-machine');
  // A moment after the last key the form is judged, and the button changes its colours.
  const allow = page.getByRole('button', { name: 'Allow fax-machine' });
  await expect.poll(() => allow.isEnabled()).toBe(true);
  expect(await violations(page)).toEqual([]);
  await allow.click();
  await toast(page, '127.0.0.3 may send now, as fax-machine').waitFor();
  const found = world.relay.relay.policy.current.sources.get('fax-machine')?.config;
  expect(found).toMatchObject({
    networks: ['127.0.0.3'],
    senders: ['fax@contoso.com'],
    recipients: ['you@fabrikam.example'],
  });
  expect(new Date(String(found?.expires)).getUTCDay()).toBe(5);
  await world.send({
    subject: 'From the fax that is known now',
    from: 'fax@contoso.com',
    to: 'you@fabrikam.example',
    client: '127.0.0.3',
  });
  expect(faults).toEqual([]);
});

test('ignored and taken back, blocked and unblocked', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  const row = page.getByRole('button', { name: '127.0.0.2', exact: true });
  await page.goto('/unknown-senders');
  await row.click();
  await page.getByRole('button', { name: 'Ignore', exact: true }).click();
  await row.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await row.waitFor();
  await row.click();
  await page.getByRole('button', { name: 'Block', exact: true }).click();
  const asked = page.getByRole('alertdialog');
  await asked.getByLabel('Address or range').fill('10.0.0.0/24');
  await asked.getByRole('button', { name: 'Block 10.0.0.0/24' }).click();
  await asked.getByText('does not hold 127.0.0.2').waitFor();
  await asked.getByLabel('Address or range').fill('127.0.0.2');
  await asked.getByRole('button', { name: 'Block 127.0.0.2' }).click();
  await toast(page, '127.0.0.2 is blocked').waitFor();
  expect(world.relay.relay.policy.current.blocked.rules.map(({ range }) => range)).toEqual(['127.0.0.2']);
  await page.goto('/unknown-senders?decision=blocked');
  await row.click();
  await page.getByRole('button', { name: 'Unblock' }).click();
  await expect.poll(() => world.relay.relay.policy.current.blocked.rules).toEqual([]);
  await row.waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
});

test('cut-over mode is switched on with its end, says so, and is ended', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/unknown-senders');
  await page.getByRole('button', { name: 'Cut-over mode' }).click();
  await page.getByLabel('Networks').fill('127.0.0.64/26\nnonsense');
  await page.getByRole('button', { name: 'Switch it on for 2 networks' }).click();
  await page.getByRole('dialog').getByRole('alert').waitFor();
  await page.getByLabel('Networks').fill('127.0.0.64/26');
  await page.getByRole('button', { name: 'Switch it on for 1 network' }).click();
  await page.getByText('Cut-over mode is on').first().waitFor();
  const mail = { subject: 'Moved', from: 'a@contoso.com', to: 'you@fabrikam.example', client: '127.0.0.70' };
  await page.getByText('Nobody was told to come back yet.').waitFor();
  await expect(world.send(mail)).rejects.toThrow(/\b4\d\d\b/);
  await page.reload();
  await page.getByText('1 sender was told to come back, for 1 recipient.').waitFor();
  await page.getByRole('button', { name: 'End it now' }).click();
  await page.getByRole('button', { name: 'Cut-over mode' }).waitFor();
  await expect(world.send(mail)).rejects.toThrow(/\b5\d\d\b/);
  expect(faults).toEqual([]);
});

test('what would happen: from a source, stage by stage, with the way to the rule', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/sources/warehouse-printer');
  await page.getByRole('button', { name: 'What would happen' }).click();
  await expect.poll(() => page.getByLabel('Address of the client').inputValue()).toBe('127.0.0.1');
  await page.getByLabel('Sender', { exact: true }).fill('someone@example.net');
  await page.getByLabel('Recipients').fill('you@fabrikam.example');
  await page.getByLabel('Size', { exact: true }).fill('9 MB');
  await page.getByRole('button', { name: 'See what would happen' }).click();
  await page.getByText('Refused', { exact: true }).first().waitFor();
  expect(new URL(page.url()).searchParams.get('bytes')).toBe('9000000');
  expect(await violations(page)).toEqual([]);
  await page.getByLabel('Sender', { exact: true }).fill('scanner@contoso.com');
  await page.getByRole('button', { name: 'See what would happen' }).click();
  await page.getByText('It would be accepted as warehouse-printer').waitFor();
  await page.getByRole('link', { name: 'Open the rule (sources[0].senders[0])' }).first().click();
  await page.getByRole('textbox', { name: 'Entry as YAML' }).waitFor();
  expect(faults).toEqual([]);
});

test('what would happen to a message: typed, or as a file has it, with and without its line ends', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto(
    '/simulator?address=127.0.0.1&sender=scanner@contoso.com&recipients=a@fabrikam.example&from=boss@fabrikam.example',
  );
  await page.getByText('What the message says').click();
  await page.getByLabel('Header or message').fill('From: boss@fabrikam.example\nSubject: x\n');
  await page.getByRole('button', { name: 'See what would happen' }).click();
  await page
    .getByText(/^550 5\.7\.1 /)
    .first()
    .waitFor();
  const octets = Buffer.from('From: scanner@contoso.com\r\n\r\na\nb\r\n');
  const file = { name: 'printed.eml', mimeType: 'message/rfc822', buffer: octets };
  await page.getByLabel('File with a message').setInputFiles(file);
  await page.getByText('printed.eml (34 B)').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'See what would happen' }).click();
  await page
    .getByText(/^550 5\.6\.0 /)
    .first()
    .waitFor();
  await page.getByLabel('Its line ends are sent as CR LF').check();
  await page.getByRole('button', { name: 'See what would happen' }).click();
  await page.getByText(/^It would be accepted as /).waitFor();
  await page.getByText('every line ends in CR LF').waitFor();
  await page.getByRole('button', { name: 'Take it away' }).click();
  await page.getByLabel('Header or message').waitFor();
  expect(faults).toEqual([]);
});

test('what would happen with a result of SPF, without a look into DNS', async () => {
  // A network that is known supersedes SPF, so the client signs in.
  await world.ask('POST', '/api/v1/sources', {
    document: {
      name: 'hosted-shop',
      login: { username: 'shop' },
      senders: ['*@contoso.com'],
      spf: { fail: 'refuse' },
    },
    // A test value.
    password: 'a long password of a test',
  });
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto(
    '/simulator?address=192.0.2.7&login=shop&tls=true&sender=shop@contoso.com&recipients=a@fabrikam.example',
  );
  await page.getByLabel('Result of SPF').selectOption('fail');
  await page.getByRole('button', { name: 'See what would happen' }).click();
  await page.getByText('SPF of the sender').waitFor();
  await page
    .getByText(/^550 5\.7\.23 /)
    .first()
    .waitFor();
  expect(new URL(page.url()).searchParams.get('spf')).toBe('fail');
  await page.getByLabel('Result of SPF').selectOption('pass');
  await page.getByRole('button', { name: 'See what would happen' }).click();
  await page.getByText('SPF of contoso.com comes to pass').waitFor();
  expect(faults).toEqual([]);
});

test('the policy: a fault with its line while it is typed, the effect, the history, and back again', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/policy');
  await page.getByRole('button', { name: 'Edit' }).click();
  const text = page.getByRole('textbox', { name: 'Policy as YAML' });
  const before = await text.inputValue();
  const line = before.split('\n').findIndex((one) => one.includes('warehouse@contoso.com')) + 1;
  await text.fill(before.replace('owner: warehouse@contoso.com', 'ownr: warehouse@contoso.com'));
  await page.getByRole('button', { name: new RegExp(`^Line ${line}, column`) }).waitFor();
  expect(await page.getByRole('button', { name: 'fault to mend' }).isDisabled()).toBe(true);
  expect(await violations(page)).toEqual([]);
  await text.fill(before.replace('owner: warehouse@contoso.com', 'owner: hall2@contoso.com'));
  await page.getByRole('button', { name: 'See the effect and save' }).click();
  const dialog = page.getByRole('dialog', { name: 'Put this policy in force?' });
  await dialog.getByText('warehouse-printer').first().waitFor();
  await dialog.getByRole('button', { name: 'Put it in force' }).click();
  await toast(page, 'The policy was changed').waitFor();
  const owner = () => world.relay.relay.policy.current.sources.get('warehouse-printer')?.config.owner;
  expect(owner()).toBe('hall2@contoso.com');

  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('button', { name: 'Revision 1', exact: true }).click();
  await page.getByRole('button', { name: 'Roll back to this revision' }).click();
  const back = page.getByRole('dialog', { name: 'Roll back to revision 1?' });
  await back.getByText('owner: hall2@contoso.com').waitFor();
  expect(owner()).toBe('hall2@contoso.com');
  await back.getByRole('button', { name: 'Put revision 1 in force' }).click();
  await toast(page, 'Revision 1 is in force again').waitFor();
  expect(owner()).toBe('warehouse@contoso.com');
  await page.getByRole('checkbox', { name: 'Choose revision 1', exact: true }).click();
  await page.getByRole('checkbox', { name: 'Choose revision 2', exact: true }).click();
  await page.getByRole('button', { name: 'Compare 1 with 2' }).click();
  await page.getByRole('heading', { name: 'Revision 1 to 2' }).waitFor();
  expect(faults).toEqual([]);
});

test('the set-up says what is done, and looks again when asked', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/set-up');
  await page.getByRole('heading', { name: 'First message handed to the next hop' }).waitFor();
  await page.getByText('Mail can be sent.').waitFor();
  await page.getByRole('button', { name: 'Check again' }).click();
  await toast(page, /^\d+ of \d+ steps are done$/).waitFor();
  await page.getByRole('link', { name: 'Open Sources' }).click();
  await page.getByRole('heading', { name: 'Sources', level: 1 }).waitFor();
  expect(faults).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { recordedLines } from '../recorded-lines.ts';
import type { Sandbox } from '../sandbox.ts';
import type { TenantConfig } from '../tenant/config.ts';
import { defaultTenant } from '../tenant/defaults.ts';
import { RawClient } from '../testing/raw-client.ts';
import { afterTest, running, sendRaw } from '../testing/running.ts';

async function client(sandbox: Sandbox): Promise<RawClient> {
  const raw = await RawClient.open(sandbox.mx.port);
  afterTest(() => raw.end());
  await raw.reply();
  await raw.line('EHLO relay.contoso.com');
  return raw;
}

const mail = {
  from: 'scanner@contoso.com',
  content: 'Message-ID: <1@contoso.com>\r\nSubject: Scan\r\n\r\nx',
};

describe('non-delivery reports', () => {
  it('come back to the sender for recipients that fail later', async () => {
    const sandbox = await running();
    const raw = await client(sandbox);
    expect(await sendRaw(raw, { ...mail, to: ['ndr-5-2-2@a.example', 'fine@a.example'] })).toMatch(/^250 /);
    expect(sandbox.messages()).toHaveLength(1);
    const [report] = sandbox.returned();
    expect(report).toMatchObject({ from: '', recipients: [{ address: 'scanner@contoso.com' }] });
    const text = report?.content.toString() ?? '';
    expect(text).toContain('Subject: Undeliverable: Scan\r\n');
    expect(text).toContain(
      'Final-Recipient: rfc822;ndr-5-2-2@a.example\r\nAction: failed\r\nStatus: 5.2.2\r\n',
    );
    expect(text).toContain('Diagnostic-Code: smtp;550 5.2.2 STOREDRV.Deliver: mailbox full.\r\n');
    expect(text).not.toContain('fine@a.example');
  });

  it('are never caused by the null sender', async () => {
    const sandbox = await running();
    await sendRaw(await client(sandbox), { ...mail, from: '', to: ['ndr-5-2-2@contoso.com'] });
    expect(sandbox.messages()).toHaveLength(1);
    expect(sandbox.returned()).toHaveLength(0);
  });

  it('tell of the 101st external recipient of the initial domain', async () => {
    const tenant: TenantConfig = defaultTenant([]);
    const sandbox = await running({ tenants: [tenant] });
    const to = Array.from({ length: 101 }, (_, at) => `u${at}@a.example`);
    await sendRaw(await client(sandbox), { ...mail, from: 'x@contoso.onmicrosoft.com', to });
    const text = sandbox.returned()[0]?.content.toString() ?? '';
    expect(text.match(/Final-Recipient/g)).toHaveLength(1);
    expect(text).toContain('rfc822;u100@a.example\r\nAction: failed\r\nStatus: 5.7.236\r\n');
  });
});

describe('recorded lines', () => {
  it('are each said where they belong, under their name', async () => {
    const sandbox = await running();
    for (const { name, at, reply } of recordedLines) {
      const raw = await client(sandbox);
      const said = await sendRaw(raw, { ...mail, to: [`${name}@a.example`] });
      raw.end();
      const expected = reply
        .replaceAll('{client}', '127.0.0.1')
        .replaceAll('{address}', `${name}@a.example`)
        .replaceAll('{domain}', 'a.example');
      if (at === 'ndr') {
        expect(said).toMatch(/^250 /);
        expect(sandbox.returned().at(-1)?.content.toString()).toContain(`smtp;${expected}\r\n`);
      } else expect(said.startsWith(`${expected} [contoso-com.`)).toBe(true);
    }
  });

  it('are found by their enhanced code, and may be a standing fault of the endpoint', async () => {
    const sandbox = await running();
    const raw = await client(sandbox);
    await raw.line('MAIL FROM:<a@contoso.com>');
    expect(await raw.line('RCPT TO:<5-7-64@a.example>')).toMatch(/^550 5\.7\.64 Relay Access Denied ATTR36/);
    expect(await raw.line('RCPT TO:<4-7-500-1x@a.example>')).toMatch(/^451 4\.7\.500 Server busy/);
    expect(await raw.line('RCPT TO:<4-7-500-1x@a.example>')).toMatch(/^250 /);
    sandbox.switches.set({ mxFault: 'temp-attr17' });
    expect(await raw.line('RCPT TO:<a@a.example>')).toMatch(/^451 4\.3\.2 .*ATTR17/);
  });
});

describe('inspection', () => {
  it('counts duplicates by Message-ID and envelope', async () => {
    const sandbox = await running();
    const raw = await client(sandbox);
    for (const to of [['a@a.example', 'b@a.example'], ['A@a.example'], ['c@a.example']])
      await sendRaw(raw, { ...mail, to });
    expect(sandbox.counts().duplicates).toBe(1);
    expect(await (await fetch(`${sandbox.inspectUrl}/duplicates`)).json()).toEqual([
      { messageId: '<1@contoso.com>', from: 'scanner@contoso.com', to: 'a@a.example', times: 2 },
    ]);
  });

  it('turns switches, and refuses what is none', async () => {
    const sandbox = await running();
    const put = (body: string, type = 'application/json'): Promise<Response> =>
      fetch(`${sandbox.inspectUrl}/switches`, { method: 'PUT', headers: { 'Content-Type': type }, body });
    expect((await put('{"graphFault": 503}')).status).toBe(200);
    expect(sandbox.switches.current.graphFault).toBe(503);
    expect((await put('{"graphFault": 0}', 'text/plain')).status).toBe(415);
    expect((await put('{"graphFault": 1, "nothing": 1}')).status).toBe(422);
    expect((await put('{"graphFault": "1"}')).status).toBe(422);
    expect((await put('{"disabledConnectors": [1]}')).status).toBe(422);
    expect((await put('{"__proto__": {"a": 1}, "graphFault')).status).toBe(400);
    expect(sandbox.switches.current.graphFault).toBe(503);
  });

  it('shows mailboxes as pages in which nothing of a message is markup', async () => {
    const sandbox = await running();
    const content = 'Subject: <script>alert(1)</script>\r\n\r\n<img src=x onerror=alert(1)>';
    await sendRaw(await client(sandbox), { ...mail, content, to: ["it's@a.example"] });
    const list = await (await fetch(`${sandbox.inspectUrl}/mailboxes`)).text();
    const path = /href="(\/mailboxes\/[^"]+)"/.exec(list)?.[1] ?? '';
    const page = await fetch(`${sandbox.inspectUrl}${path}`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await page.text();
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    const id = sandbox.messages()[0]?.id;
    const message = await (await fetch(`${sandbox.inspectUrl}${path}/${id}`)).text();
    expect(message).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(`${list}${text}${message}`).not.toMatch(/<script|<img/);
  });
});

/** Mails that attack whoever looks at them: what is given away is bounded, and a thread that fails is an answer. */
import { describe, expect, test } from 'vitest';
import { Problem } from '../problem.ts';
import { mailPolicy } from '../messages/part-handlers.ts';
import { readMail } from './read-mail.ts';
import { attacksOf } from './testing/attacks.ts';

const html = (body: string) => Buffer.from(`Content-Type: text/html; charset=utf-8\r\n\r\n${body}\r\n`);

const attacks = attacksOf('http://evil.example');

describe('the policy of the frame', () => {
  const directives = new Map(
    mailPolicy.split('; ').map((one) => [one.split(' ')[0] ?? '', one.split(' ').slice(1)] as const),
  );

  // https://www.w3.org/TR/CSP3/: a kind of load without a directive of its own falls back to default-src; form-action,
  // base-uri and frame-ancestors do not.
  test('allows nothing but inline style and pictures within the mail', () => {
    expect(directives.get('sandbox')).toEqual([]);
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('img-src')).toEqual(['data:']);
    expect(directives.get('style-src')).toEqual(["'unsafe-inline'"]);
    expect(directives.get('form-action')).toEqual(["'none'"]);
    expect(directives.get('base-uri')).toEqual(["'none'"]);
    expect(directives.get('frame-ancestors')).toEqual(["'self'"]);
    expect(
      [...directives.keys()].some((name) => name.startsWith('script') || name.startsWith('connect')),
    ).toBe(false);
  });
});

test.each(attacks)('%s is read as what it is, and never as anything of ours', async (attack) => {
  const mail = await readMail(html(attack));
  expect(mail.html).toContain(attack);
  expect(mail.attachmentCount).toBe(0);
});

test('pictures of the mail itself are put in, SVG is not', async () => {
  const part = (type: string, id: string, body: string) =>
    `--b\r\nContent-Type: ${type}\r\nContent-ID: <${id}>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(body).toString('base64')}\r\n`;
  const page =
    '--b\r\nContent-Type: text/html\r\n\r\n<img src="cid:png@x"><img src="cid:svg@x"><img src="cid:no@x">\r\n';
  const mail = await readMail(
    Buffer.from(
      `Content-Type: multipart/related; boundary=b\r\n\r\n${page}${part('image/png', 'png@x', 'PNG')}` +
        `${part('image/svg+xml', 'svg@x', '<svg onload=alert(1)>')}--b--\r\n`,
    ),
  );
  expect(mail.html).toContain(`<img src="data:image/png;base64,${Buffer.from('PNG').toString('base64')}">`);
  expect(mail.html).toContain('cid:svg@x');
  expect(mail.html).not.toContain('data:image/svg');
});

test('what is large is cut, what is too deep is a problem', async () => {
  const large = await readMail(Buffer.from(`Content-Type: text/plain\r\n\r\n${'x'.repeat(3_000_000)}`));
  expect(large.text).toHaveLength(500_000);
  expect(large.isCut).toBe(true);
  let deep = '';
  for (let n = 0; n < 500; n += 1) deep += `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`;
  await expect(readMail(Buffer.from(deep))).rejects.toThrow(Problem);
});

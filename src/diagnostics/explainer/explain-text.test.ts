import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../../microsoft365/replies/catalogue.ts';
import { explainText } from './explain-text.ts';
import { ownReplies } from './own-replies.ts';
import { foreignLines, publicLines } from './public-lines.fixture.ts';

describe('every example of the catalogue', () => {
  it.each(catalogue.map(({ id, example }) => [id, example] as const))(
    '%s is explained',
    async (id, example) => {
      expect((await explainText(example))?.id).toBe(id);
    },
  );

  // RFC 5321 4.2.1: a long reply comes in several lines, each with the code.
  const smtp = catalogue.filter(({ example }) => /^[45]\d\d [45]\.\d+\.\d+ \S+ \S/.test(example));
  it.each(smtp.map(({ id, example }) => [id, example] as const))(
    '%s is explained in several lines',
    async (id, example) => {
      const [code = '', enhanced = '', ...words] = example.split(' ');
      const half = Math.ceil(words.length / 2);
      const lines = [words.slice(0, half), words.slice(half)]
        .filter((part) => part.length > 0)
        .map((part) => part.join(' '));
      const text = lines
        .map((line, index) => `${code}${index === lines.length - 1 ? ' ' : '-'}${enhanced} ${line}`)
        .join('\r\n');
      expect((await explainText(`2026-11-02 08:15:01 SMTP< ${text}\r\n`))?.id).toBe(id);
    },
  );
});

describe('lines of public threads', () => {
  it('are explained', async () => {
    const rows = await Promise.all(
      publicLines.map(async ({ thread, text, id }) => ({ thread, id, found: (await explainText(text))?.id })),
    );
    const right = rows.filter(({ id, found }) => id === found);
    process.stdout.write(`explained ${right.length} of ${rows.length} lines of public threads\n`);
    expect(rows.filter(({ id, found }) => id !== found)).toEqual([]);
    expect(rows.length).toBeGreaterThanOrEqual(45);
  });

  it.each(foreignLines)('in other languages and cut off: $text', async ({ text, id }) => {
    expect((await explainText(text))?.id).toBe(id);
  });
});

describe('refusals of this relay', () => {
  const page =
    readFileSync(new URL('../../../docs/replies.md', import.meta.url), 'utf8').split('## Success')[1] ?? '';
  const rows = [...page.matchAll(/^\| `([45]\d\d(?: [45]\.\d+\.\d+)? [^`]*)` \|/gm)].map(
    ([, reply = '']) => reply,
  );

  it('are the list of docs/replies.md', () => {
    expect(ownReplies.map(({ code, enhanced, text }) => `${code} ${enhanced} ${text}`).toSorted()).toEqual(
      rows.toSorted(),
    );
  });

  const worded = ownReplies.filter(({ text }) => !text.startsWith('…'));
  it.each(worded.map((reply) => [`${reply.code} ${reply.enhanced} ${reply.text}`, reply] as const))(
    '%s is explained with its reference',
    async (line, { text, meaning }) => {
      const found = await explainText(
        `RCPT TO -> ${line.replace('…', '192.0.2.7')} (ref 01KBTESTTESTTESTTESTTESTTE)`,
      );
      expect(found).toMatchObject({ saidBy: 'relay365', meaning, ref: '01KBTESTTESTTESTTESTTESTTE' });
      expect(found?.cause[0]).toContain(text);
    },
  );

  it.each([
    [
      '550 5.7.1 Sender a@contoso.com not permitted (ref 01KB00)',
      'relay365-sender-not-permitted',
      'sources[].senders',
    ],
    [
      '550 5.7.1 Recipient a@fabrikam.com not permitted (ref 01KB00)',
      'relay365-recipient-not-permitted',
      'sources[].recipients',
    ],
    [
      '550 5.7.1 From address a@contoso.com not permitted (ref 01KB00)',
      'relay365-header-from-not-permitted',
      'sources[].headerFrom',
    ],
    ['550 5.7.1 Not authorised to relay from 192.0.2.7', 'relay365-no-source', 'sources[].networks'],
    ['Not authorised to relay from 192.0.2.7', 'relay365-no-source', 'sources[].networks'],
  ])('%s names the setting', async (text, id, setting) => {
    const found = await explainText(text);
    expect(found?.id).toBe(id);
    expect(found?.settings).toContain(setting);
  });

  it('whose words all change are told by their code, with a reference', async () => {
    const wordless = ownReplies.filter(({ text }) => text === '…');
    expect(wordless.length).toBeGreaterThan(0);
    for (const { code, enhanced, rule } of wordless) {
      const line = `${code} ${enhanced} Whatever was wrong here (ref 01KBTESTTESTTESTTESTTESTTE)`;
      expect((await explainText(line))?.id).toBe(`relay365-${rule}`);
    }
    expect((await explainText('501 5.5.4 Whatever was wrong here'))?.saidBy).not.toBe('relay365');
  });

  it('leaves to Exchange what Exchange says as well, without a reference of ours', async () => {
    expect((await explainText('454 4.7.0 Temporary authentication failure (ref 01KB00)'))?.saidBy).toBe(
      'relay365',
    );
    expect(
      (await explainText('454 4.7.0 Temporary authentication failure', { where: 'submission' }))?.saidBy,
    ).not.toBe('relay365');
  });
});

it('says nothing of what nobody knows', async () => {
  expect(await explainText('all is well')).toBeUndefined();
  expect(await explainText('250 2.0.0 OK')).toBeUndefined();
});

it('is done in bounded time with hostile text', async () => {
  // Of this thread: what else the machine does is not counted.
  const begin = process.threadCpuUsage();
  for (const text of [
    '550-'.repeat(100_000),
    '>'.repeat(300_000),
    '@'.repeat(300_000),
    'a@'.repeat(150_000),
    '<'.repeat(300_000),
    '550 5.7.1 Sender '.repeat(20_000),
  ]) {
    await explainText(text);
    await explainText(
      `Content-Type: multipart/report; boundary=x\r\nFrom: a@example.com\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n${text}`,
    );
  }
  const { user, system } = process.threadCpuUsage(begin);
  expect((user + system) / 1e6).toBeLessThan(10);
});

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Notice } from './channel.ts';
import { webhookBody } from './webhook-formats.ts';

const notice = (change: Partial<Notice> = {}): Notice => ({
  word: 'opened',
  severity: 'critical',
  rule: 'connector-suspended',
  title: 'A connector is suspended',
  subject: 'next-hop',
  text: 'the connector next-hop is suspended',
  advice: 'See what it was told.',
  hostname: 'relay.contoso.com',
  alert: 'A1',
  openedAt: '2026-11-23T08:00:00Z',
  at: '2026-11-23T08:00:00Z',
  connector: 'next-hop',
  ...change,
});

const parsed = (format: 'json' | 'teams' | 'slack', change?: Partial<Notice>): unknown =>
  JSON.parse(webhookBody(format, notice(change)));

describe('Teams', () => {
  // Schema of Adaptive Cards 1.4 (adaptivecards.io/explorer): TextRun and RichTextBlock came with 1.2.
  const colour = z.enum(['Default', 'Dark', 'Light', 'Accent', 'Good', 'Warning', 'Attention']);
  const textRun = z.strictObject({
    type: z.literal('TextRun'),
    text: z.string(),
    color: colour.optional(),
    fontType: z.enum(['Default', 'Monospace']).optional(),
    highlight: z.boolean().optional(),
    isSubtle: z.boolean().optional(),
    italic: z.boolean().optional(),
    size: z.enum(['Default', 'Small', 'Medium', 'Large', 'ExtraLarge']).optional(),
    strikethrough: z.boolean().optional(),
    underline: z.boolean().optional(),
    weight: z.enum(['Default', 'Lighter', 'Bolder']).optional(),
  });
  const richTextBlock = z.strictObject({
    type: z.literal('RichTextBlock'),
    inlines: z.array(textRun).min(1),
    horizontalAlignment: z.enum(['Left', 'Center', 'Right']).optional(),
  });
  const card = z.strictObject({
    $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
    type: z.literal('AdaptiveCard'),
    version: z.literal('1.4'),
    body: z.array(richTextBlock).min(1),
  });
  // Microsoft Learn, "Create incoming webhooks with Workflows for Microsoft Teams", payload of a card.
  const message = z.strictObject({
    type: z.literal('message'),
    attachments: z
      .array(
        z.strictObject({
          contentType: z.literal('application/vnd.microsoft.card.adaptive'),
          contentUrl: z.null(),
          content: card,
        }),
      )
      .length(1),
  });
  const runs = (change?: Partial<Notice>) =>
    message
      .parse(parsed('teams', change))
      .attachments.flatMap(({ content }) => content.body.flatMap(({ inlines }) => inlines));

  test.each(['opened', 'worse', 'closed', 'test'] as const)(
    'a card for "%s" has the published shape',
    (word) => {
      expect(message.safeParse(parsed('teams', { word })).error).toBeUndefined();
    },
  );

  test('says how grave it is by colour and in words', () => {
    expect(runs()[0]).toMatchObject({ color: 'Attention', text: expect.stringContaining('ALERT critical') });
    expect(runs({ severity: 'warning' })[0]?.color).toBe('Warning');
    expect(runs({ word: 'closed' })[0]).toMatchObject({
      color: 'Good',
      text: expect.stringMatching(/^CLEARED/),
    });
  });

  test('text of a peer stays text, and the card stays below the 28 KB that Teams takes', () => {
    const text = '[click](https://evil.example) <at>everyone</at> **now** '.repeat(10_000);
    expect(runs({ text }).every(({ text: each }) => each.length <= 2_000)).toBe(true);
    expect(webhookBody('teams', notice({ text, advice: text, subject: text })).length).toBeLessThan(
      28 * 1024,
    );
  });
});

describe('Slack', () => {
  // Slack, "Block Kit reference": plain_text of a header up to 150 characters, of a section up to 3000.
  const plain = (max: number) =>
    z.strictObject({
      type: z.literal('plain_text'),
      text: z.string().min(1).max(max),
      emoji: z.boolean().optional(),
    });
  const message = z.strictObject({
    text: z.string(),
    blocks: z.array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('header'), text: plain(150) }),
        z.strictObject({ type: z.literal('section'), text: plain(3_000) }),
        z.strictObject({ type: z.literal('context'), elements: z.array(plain(3_000)).max(10) }),
      ]),
    ),
  });

  test('has the published shape, also with long text', () => {
    const long = 'x'.repeat(10_000);
    expect(message.safeParse(parsed('slack')).error).toBeUndefined();
    expect(
      message.safeParse(parsed('slack', { title: long, text: long, advice: long })).error,
    ).toBeUndefined();
  });

  test('the text of notifications mentions nobody', () => {
    const { text } = message.parse(parsed('slack', { text: '<!channel> & <https://evil.example|click>' }));
    expect(text).toContain('&lt;!channel&gt; &amp; &lt;https');
    expect(text).not.toContain('<!');
  });
});

test('JSON has every field, and says whether it is open', () => {
  expect(parsed('json')).toMatchObject({
    product: 'relay365',
    version: 1,
    state: 'open',
    rule: 'connector-suspended',
  });
  expect(parsed('json', { word: 'closed' })).toMatchObject({ state: 'closed' });
});

test('half a character of a peer does not break the document', () => {
  for (const format of ['json', 'teams', 'slack'] as const) {
    expect(webhookBody(format, notice({ text: '\ud83d' }))).not.toContain('\\ud83d');
  }
});

// Microsoft Learn, "Create Incoming Webhooks": a message of Teams has at most 28 KB.
test.each(['x', '\u0001', '\uFFFF', '"', '\u{1F600}'])(
  'a card of nothing but %j is one that Teams takes',
  (character) => {
    const long = character.repeat(20_000);
    const body = webhookBody('teams', notice({ text: long, subject: long }));
    expect(Buffer.byteLength(body)).toBeLessThan(28 * 1024);
    const card = (JSON.parse(body) as { attachments: { content: { body: { type: string }[] } }[] })
      .attachments[0]?.content;
    expect(card?.body.every(({ type }) => type === 'RichTextBlock')).toBe(true);
  },
);

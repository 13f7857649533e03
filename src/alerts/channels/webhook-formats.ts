/** An alert as JSON for whoever takes it. What came from peers stands in plain-text fields, cut, and is never markup. */
import type { WebhookConfig } from '../../config/alerts-schema.ts';
import type { Notice } from './channel.ts';
import { headline } from './channel.ts';

const textMax = 2_000;

export function webhookBody(format: WebhookConfig['format'], notice: Notice): string {
  return JSON.stringify(bodyOf(format, notice));
}

function bodyOf(format: WebhookConfig['format'], notice: Notice): unknown {
  switch (format) {
    case 'json':
      return { product: 'relay365', version: 1, state: stateOf(notice), ...notice, text: cut(notice.text) };
    case 'teams':
      return teams(notice);
    case 'slack':
      return slack(notice);
    default:
      return format satisfies never;
  }
}

function stateOf({ word }: Notice): string {
  if (word === 'closed') return 'closed';
  return word === 'test' ? 'test' : 'open';
}

function colourOf({ word, severity }: Notice): 'Good' | 'Attention' | 'Warning' | 'Accent' {
  if (word === 'closed') return 'Good';
  if (word === 'test') return 'Accent';
  return severity === 'critical' ? 'Attention' : 'Warning';
}

/**
 * Microsoft Learn, "Create incoming webhooks with Workflows for Microsoft Teams": an adaptive card as the one attachment
 * of a message. `TextRun` inside `RichTextBlock` knows no Markdown, so that no text of a peer becomes a link.
 */
function teams(notice: Notice): unknown {
  const run = (text: string, more: object = {}): object => ({ type: 'TextRun', text: cut(text), ...more });
  const block = (...inlines: readonly object[]): object => ({ type: 'RichTextBlock', inlines });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            block(run(headline(notice), { size: 'Large', weight: 'Bolder', color: colourOf(notice) })),
            block(run(notice.text)),
            block(run('What to do: ', { weight: 'Bolder' }), run(notice.advice)),
            block(
              run(`${notice.rule}, ${notice.subject}, open since ${notice.openedAt}`, { isSubtle: true }),
            ),
          ],
        },
      },
    ],
  };
}

/** Slack, "Sending messages using incoming webhooks": `plain_text` knows no mentions and no links. */
function slack(notice: Notice): unknown {
  const plain = (text: string, max = textMax): object => ({
    type: 'plain_text',
    text: cut(text, max),
    emoji: false,
  });
  return {
    text: escaped(cut(`${headline(notice)}: ${notice.text}`)),
    blocks: [
      { type: 'header', text: plain(headline(notice), 150) },
      { type: 'section', text: plain(notice.text) },
      { type: 'section', text: plain(`What to do: ${notice.advice}`) },
      {
        type: 'context',
        elements: [plain(`${notice.rule}, ${notice.subject}, open since ${notice.openedAt}`)],
      },
    ],
  };
}

/** Slack, "Formatting text": these three characters are all that is special. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, max = textMax): string {
  return text.length > max ? `${text.slice(0, max - 1).toWellFormed()}…` : text.toWellFormed();
}

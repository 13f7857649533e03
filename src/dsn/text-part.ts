/** The part that a person reads: which message, to whom, what was said, what it means, what to do. */
import { formatReply } from '../message/reply.ts';
import { formatMailDate } from '../protocol/mail/mail-date.ts';
import { safeText } from '../protocol/mail/field-writer.ts';
import type { Audience } from './audience.ts';
import { meaningOf } from './meaning.ts';
import type { DsnAction, DsnRequest, RecipientReport } from './report.ts';
import { failureOf, hostOf, replyOf } from './report.ts';

/** Characters of a quoted reply; SMTP replies are bounded where they are read, this bounds the letter. */
const quotedMax = 900;
/** Recipients described one by one; the machine part lists all. */
const describedMax = 50;

const openings = new Map<DsnAction, string>([
  ['failed', 'This is the mail relay at HOST. A message could not be delivered.'],
  [
    'delayed',
    'This is the mail relay at HOST. A message is late. It is kept, and sending it is tried again.',
  ],
  ['relayed', 'This is the mail relay at HOST. A message was handed on, as its sender asked to be told.'],
]);

const headings = new Map<DsnAction, string>([
  ['failed', 'Not delivered to'],
  ['delayed', 'Not delivered yet to'],
  ['relayed', 'Handed on for'],
]);

/** Lines without line ends, of at most a thousand characters. */
export function textPart(request: DsnRequest, audience: Audience): readonly string[] {
  const { accepted, action, hostname } = request;
  const lines = [(openings.get(action) ?? '').replace('HOST', hostname)];
  if (audience.role === 'owner') {
    const source = accepted.source === undefined ? 'this sender' : `the source "${accepted.source}"`;
    lines.push(`You receive this because you are named as the owner of ${source}.`);
  }
  lines.push('', 'The message', ...about(request, audience));
  for (const report of audience.recipients.slice(0, describedMax)) {
    lines.push('', ...recipientLines(request, audience, report));
  }
  const more = audience.recipients.length - describedMax;
  if (more > 0) lines.push('', `and ${more} more recipients, listed in the attached report.`);
  return lines;
}

function about({ accepted }: DsnRequest, audience: Audience): string[] {
  const { content, envelope, client } = accepted;
  const device = audience.role === 'owner' && client ? ` (from ${client.address})` : '';
  const lines = [
    `  Sent by:    ${envelope.reversePath?.text ?? 'nobody (null sender)'}${device}`,
    `  Accepted:   ${formatMailDate(accepted.at)}`,
    `  Reference:  ${accepted.id}`,
  ];
  if (content.messageId !== undefined) lines.unshift(`  Message-ID: ${safeText(content.messageId, 200)}`);
  if (content.subject !== undefined) lines.unshift(`  Subject:    ${safeText(content.subject, 200)}`);
  return lines;
}

function recipientLines(request: DsnRequest, audience: Audience, report: RecipientReport): string[] {
  const { action, accepted } = request;
  const address = accepted.envelope.recipients[report.index]?.address.text ?? '';
  const lines = [`${headings.get(action) ?? ''} ${address}`];
  const reply = replyOf(report.state);
  if (reply) {
    const host =
      report.host === undefined ? 'The other side' : `The other side (${safeText(hostOf(report.host), 255)})`;
    lines.push(`  ${host} said:`, `    ${safeText(formatReply(reply), quotedMax)}`);
  }
  const { meaning, advice } = meaningOf(report.state, action);
  if (meaning !== '') lines.push(`  What it means: ${meaning}`);
  lines.push(`  What to do: ${advice}`);
  if (report.willRetryUntil !== undefined && action === 'delayed') {
    lines.push(`  Tried again until: ${formatMailDate(report.willRetryUntil)}`);
  }
  const failure = failureOf(report.state);
  // Names of routes and hosts are for the people who run the relay, not for every sender.
  if (audience.role === 'owner' && failure) {
    lines.push(`  For the administrator: ${safeText(failure.text, quotedMax)}`);
  }
  return lines;
}

/**
 * Mailboxes as pages of HTML without scripts. Everything in them came from outside: all of it is escaped, contents are
 * shown as text, and the answer's Content-Security-Policy allows nothing at all.
 */
import { headerFields } from '../mail/header.ts';
import type { Arrival } from '../ledger.ts';

/** Octets of a content that a page shows. */
const shownBytesMax = 64 * 1024;

export function mailboxList(arrivals: readonly Arrival[]): string {
  const counts = new Map<string, number>();
  for (const { recipients } of arrivals) {
    for (const { address } of recipients) {
      counts.set(address.toLowerCase(), (counts.get(address.toLowerCase()) ?? 0) + 1);
    }
  }
  const rows = [...counts]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(
      ([address, count]) =>
        `<tr><td><a href="/mailboxes/${encodeURIComponent(address)}">${escape(address)}</a></td><td>${count}</td></tr>`,
    );
  return page('Mailboxes', `<table><tr><th>Mailbox</th><th>Messages</th></tr>${rows.join('')}</table>`);
}

export function mailboxPage(address: string, arrivals: readonly Arrival[]): string {
  const rows = messagesOf(address, arrivals).map((arrival) => {
    const subject = headerFields(arrival.content).find(({ name }) => name === 'subject')?.value ?? '';
    const cells = [
      new Date(arrival.at).toISOString(),
      arrival.from === '' ? '<>' : arrival.from,
      subject,
      arrival.route,
      `${arrival.content.length} octets`,
    ].map((text) => `<td>${escape(text)}</td>`);
    return `<tr><td><a href="/mailboxes/${encodeURIComponent(address)}/${arrival.id}">${arrival.id}</a></td>${cells.join('')}</tr>`;
  });
  const head = ['Id', 'Time', 'From', 'Subject', 'Way', 'Size'].map((text) => `<th>${text}</th>`).join('');
  return page(
    address,
    `<p><a href="/mailboxes">All mailboxes</a></p><table><tr>${head}</tr>${rows.join('')}</table>`,
  );
}

/** `undefined`: no such message is in this mailbox. */
export function messagePage(address: string, id: string, arrivals: readonly Arrival[]): string | undefined {
  const arrival = messagesOf(address, arrivals).find((candidate) => candidate.id === id);
  if (arrival === undefined) return undefined;
  const text = arrival.content.subarray(0, shownBytesMax).toString('utf8');
  return page(
    `Message ${id}`,
    `<p><a href="/mailboxes/${encodeURIComponent(address)}">${escape(address)}</a></p><pre>${escape(text)}</pre>`,
  );
}

function messagesOf(address: string, arrivals: readonly Arrival[]): Arrival[] {
  const wanted = address.toLowerCase();
  return arrivals.filter(({ recipients }) =>
    recipients.some((recipient) => recipient.address.toLowerCase() === wanted),
  );
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title></head><body><h1>${escape(title)}</h1>${body}</body></html>\n`;
}

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities.get(character) ?? '');
}

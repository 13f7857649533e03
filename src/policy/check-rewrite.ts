/** What a source's `rewrite` may not do: break the message, forge the trace, or send mail astray unnoticed. */
import type { SourceConfig } from '../config/policy-schema.ts';
import type { DocumentPath } from '../config/finding.ts';
import { parseMailbox } from '../protocol/address.ts';
import { printable } from './address-pattern.ts';
import type { Findings } from './findings.ts';

/** Trace fields are ours to write (RFC 5321 4.4); a Bcc field would show who was meant not to be seen. */
const notOursToAdd = new Set(['received', 'return-path', 'bcc', 'resent-bcc']);
/** RFC 5322 3.6 and RFC 2045 3 permit one of each, and the message brings its own. */
const single = new Set([
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
]);
/** Without these a message is malformed, unreadable, or can run in circles. */
const notToRemove = new Set([
  'received',
  'from',
  'date',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
]);

export function checkRewrite(config: SourceConfig, sourcePath: DocumentPath, findings: Findings): void {
  const { rewrite } = config;
  if (!rewrite) return;
  const path = [...sourcePath, 'rewrite'];
  for (const key of ['sender', 'from', 'recipients'] as const) {
    const text = rewrite[key];
    if (text === undefined) continue;
    const parsed = parseMailbox(text);
    if (!parsed.ok) {
      findings.error(
        [...path, key],
        `"${printable(text)}" is not a mail address: ${parsed.reason}`,
        'write user@domain',
      );
    }
  }
  for (const [index, { name, value }] of rewrite.addHeaders.entries()) {
    checkAdded(name, value, [...path, 'addHeaders', index], findings);
  }
  for (const [index, name] of rewrite.removeHeaders.entries()) {
    if (!notToRemove.has(name.toLowerCase())) continue;
    findings.error(
      [...path, 'removeHeaders', index],
      `${name} may not be removed: a message needs it`,
      name.toLowerCase() === 'from' ? 'use "rewrite.from"' : 'remove other fields only',
    );
  }
  if (rewrite.recipients !== undefined) {
    findings.danger(
      [...path, 'recipients'],
      `${config.name}: all its mail goes to ${printable(rewrite.recipients)} and not to its recipients`,
      'remove it when the tests are over',
    );
  }
}

function checkAdded(name: string, value: string, path: DocumentPath, findings: Findings): void {
  const key = name.toLowerCase();
  if (notOursToAdd.has(key)) {
    findings.error([...path, 'name'], `${name} may not be added`, 'add another field');
  } else if (single.has(key)) {
    findings.error(
      [...path, 'name'],
      `a message may have one ${name} only, and brings its own`,
      key === 'from' ? 'use "rewrite.from"' : 'add another field',
    );
  }
  // A line end would begin another field, or the body.
  if (/[\p{Cc}\u2028\u2029]/u.test(value)) {
    findings.error(
      [...path, 'value'],
      `the value of ${name} holds a control character`,
      'write one line of text',
    );
  }
}

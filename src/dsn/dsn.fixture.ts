/** Requests of the golden files, and what composing them gives, as text. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { instant } from '../platform/clock.ts';
import { mailbox } from '../protocol/address.ts';
import type { Notify } from '../message/envelope.ts';
import type { QueueId, RecipientState } from '../message/message.ts';
import type { ComposedNotice, DsnAction, DsnRequest } from './compose.ts';

interface GoldenInput {
  readonly action: DsnAction;
  readonly message: {
    readonly sender: string | null;
    readonly source?: string;
    readonly owner?: string;
    readonly envid?: string;
    readonly ret?: 'full' | 'hdrs';
    readonly smtpUtf8?: boolean;
    readonly utf8Header?: boolean;
    readonly recipients: readonly { address: string; notify?: readonly Notify[]; orcpt?: string }[];
    readonly subject?: string;
    readonly messageId?: string;
    readonly isNotice?: boolean;
  };
  readonly reports: readonly {
    readonly index: number;
    readonly host?: string;
    readonly lastAttemptAt?: string;
    readonly willRetryUntil?: string;
    readonly state: Record<string, unknown>;
  }[];
  readonly original?: string;
}

const folder = join(import.meta.dirname, 'golden');
const now = instant(Date.parse('2026-11-23T08:05:00Z'));

export interface Golden {
  readonly name: string;
  readonly request: DsnRequest;
  readonly expected: string;
}

export function goldenCases(): Golden[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .map((name) => {
      const [input = '', expected = ''] = readFileSync(join(folder, name), 'utf8').split(/^-----\n/m);
      return { name, request: toRequest(parse(input) as GoldenInput), expected };
    });
}

export function toRequest({ action, message, reports, original }: GoldenInput): DsnRequest {
  const content = original === undefined ? undefined : Buffer.from(original.replaceAll('\n', '\r\n'));
  const { sender, source, owner, envid, ret, subject, messageId } = message;
  const headerEnd = content?.indexOf('\r\n\r\n') ?? -1;
  let made = 0;
  return {
    action,
    accepted: {
      id: '01KAORIGINAL' as QueueId,
      at: instant(Date.parse('2026-11-23T07:59:00Z')),
      ...(source !== undefined && { source }),
      ...(owner !== undefined && { owner }),
      client: { address: '192.0.2.7', helo: 'scanner', listener: 'devices' },
      envelope: {
        reversePath: sender === null ? null : mailbox(sender),
        recipients: message.recipients.map(({ address, ...rest }) => ({
          address: mailbox(address),
          ...rest,
        })),
        body: '7bit',
        smtpUtf8: message.smtpUtf8 ?? false,
        requireTls: false,
        ...(ret !== undefined && { ret }),
        ...(envid !== undefined && { envid }),
      },
      priority: 'normal',
      content: {
        bytes: content?.length ?? 1000,
        headerBytes: headerEnd < 0 ? (content?.length ?? 500) : headerEnd + 2,
        eightBit: message.utf8Header ?? false,
        utf8Header: message.utf8Header ?? false,
        binary: false,
        ...(subject !== undefined && { subject }),
        ...(messageId !== undefined && { messageId }),
      },
      isNotice: message.isNotice ?? false,
      trace: [],
    },
    recipients: reports.map(({ index, host, lastAttemptAt, willRetryUntil, state }) => ({
      index,
      ...(host !== undefined && { host }),
      ...(lastAttemptAt !== undefined && { lastAttemptAt: instant(Date.parse(lastAttemptAt)) }),
      ...(willRetryUntil !== undefined && { willRetryUntil: instant(Date.parse(willRetryUntil)) }),
      state: { attempts: 1, at: now, notBefore: now, ...state } as unknown as RecipientState,
    })),
    ...(content && { original: content }),
    hostname: 'relay.contoso.com',
    now,
    newId: () => `01KBNOTICE${++made}`,
  };
}

/** All notices with their envelopes. */
export function printed(notices: readonly ComposedNotice[]): string {
  return notices
    .map((notice) => `${envelopeLine(notice)}\n${contentOf(notice).replaceAll('\r\n', '\n')}`)
    .join('');
}

function envelopeLine({ accepted }: ComposedNotice): string {
  const { reversePath, recipients, smtpUtf8 } = accepted.envelope;
  const to = recipients
    .map(({ address, notify }) => `<${address.text}> NOTIFY=${notify?.join(',') ?? ''}`)
    .join(' ');
  return `>>>>> MAIL FROM:<${reversePath?.text ?? ''}>${smtpUtf8 ? ' SMTPUTF8' : ''} RCPT TO:${to}`;
}

export function contentOf({ content }: ComposedNotice): string {
  return Buffer.concat(content).toString('utf8');
}

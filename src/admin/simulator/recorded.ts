/** From what was recorded of a message or a refusal back to the question that the simulator is asked. Pure. */
import type { Replayed } from '../../diagnostics/replay/replay.ts';
import type { SimulationQuestion } from '../../diagnostics/simulation.ts';
import type { Accepted } from '../../message/message.ts';
import type { Instant } from '../../platform/clock.ts';
import type { ClientFacts } from '../../policy/client-facts.ts';
import type { Mailbox } from '../../protocol/address.ts';
import { parseMailbox } from '../../protocol/address.ts';
import type { EventRecord } from '../../store/store.ts';

export interface RecordedQuestion {
  readonly replayed: Replayed;
  readonly listener: string;
}

/** `at`: the moment to judge for. `undefined`: the envelope was rewritten, so what the client said is not known. */
export function recordedMessage(accepted: Accepted, at: Instant): RecordedQuestion | undefined {
  const { client, envelope, source, trace, content } = accepted;
  if (!client || trace.some(({ step, by }) => step === 'changed' && by?.startsWith('rewrite') === true))
    return undefined;
  const recipients = envelope.recipients.map(({ address }) => address);
  const facts: ClientFacts = {
    at,
    address: client.address,
    listener: client.listener,
    tls: client.tls !== undefined,
    ...(client.login !== undefined && source !== undefined && { login: { username: client.login, source } }),
    ...(client.certificate !== undefined && {
      certificate: {
        fingerprint: client.certificate.replace(/^sha256:/, ''),
        dnsNames: [],
        trusted: client.tls?.verified ?? false,
      },
    }),
  };
  return {
    listener: client.listener,
    replayed: {
      ref: accepted.id,
      question: {
        facts,
        reversePath: envelope.reversePath,
        recipients,
        bytes: content.bytes,
        ...evidenceOf(accepted),
      },
      what: {
        address: client.address,
        sender: envelope.reversePath?.text ?? '<>',
        recipient: recipients[0]?.text ?? '',
      },
    },
  };
}

/** `undefined`: it was refused before sender and recipient were named, or for what its content was and nobody kept. */
export function recordedRefusal(
  { ref, address, source, fields }: EventRecord,
  at: Instant,
): RecordedQuestion | undefined {
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : undefined);
  const [sender, recipient, listener] = [text('sender'), text('recipient'), text('listener')];
  if (address === undefined || sender === undefined || recipient === undefined || listener === undefined)
    return undefined;
  const content = text('stage') === 'content' ? faultyContent(fields) : undefined;
  if (text('stage') === 'content' && !content) return undefined;
  const reversePath = sender === '' || sender === '<>' ? null : mailbox(sender);
  const to = mailbox(recipient);
  if (reversePath === undefined || to === undefined) return undefined;
  const login = text('login');
  const facts: ClientFacts = {
    at,
    address,
    listener,
    tls: text('tls') !== undefined,
    ...(login !== undefined && source !== undefined && { login: { username: login, source } }),
  };
  return {
    listener,
    replayed: {
      ref,
      question: { facts, reversePath, recipients: [to], ...(content && { content: [content] }) },
      what: { address, sender: sender === '' ? '<>' : sender, recipient },
    },
  };
}

function mailbox(text: string): Mailbox | undefined {
  const parsed = parseMailbox(text);
  return parsed.ok ? parsed.value : undefined;
}

/**
 * A content like the one that came, as far as the trace tells what it was: who it was from, which fields it lacked, and whether its
 * line ends were repaired. A draft without the repair then says what it would say to the next one.
 */
function evidenceOf({ content, trace }: Accepted): Pick<SimulationQuestion, 'content' | 'body'> {
  const changed = new Set(
    trace.flatMap(({ step, by }) => (step === 'changed' && by !== undefined ? [by] : [])),
  );
  const from = addressOf(content.from);
  // A From that is not read here is not judged: the envelope speaks for it.
  if (content.from !== undefined && !from) return {};
  const fields = [
    ...(from ? [`From: <${from.text}>`] : []),
    ...(changed.has('missing-date') ? [] : [`Date: ${someDate}`]),
    ...(changed.has('missing-message-id') ? [] : ['Message-ID: <id@client.example>']),
  ];
  const text = `${fields.join('\r\n')}\r\n\r\ntext${changed.has('bare-line-feeds') ? '\n' : '\r\n'}`;
  return {
    content: [Buffer.from(text)],
    ...(content.binary && { body: 'binarymime' as const }),
  };
}

/** Of a refusal for its line ends; no other is known well enough. */
function faultyContent({ rule, explanation }: EventRecord['fields']): Buffer | undefined {
  if (rule !== 'line-ends' || typeof explanation !== 'string') return undefined;
  const [found = ''] = explanation.split(' near ');
  const faults = (
    [
      ['bare CR', '\r'],
      ['bare LF', '\n'],
      ['NUL', '\0'],
    ] as const
  ).flatMap(([name, octet]) => (found.includes(name) ? [`a${octet}b`] : []));
  return Buffer.from(`Date: ${someDate}\r\n\r\n${faults.join('')}\r\n`);
}

/** That there is one is what counts. */
const someDate = 'Thu, 01 Jan 1970 00:00:00 +0000';

/** Of a header From as it is shown: the address alone. */
function addressOf(from: string | undefined): Mailbox | undefined {
  if (from === undefined) return undefined;
  return mailbox(/<([^<>]{1,320})>\s*$/.exec(from)?.[1] ?? from.trim());
}

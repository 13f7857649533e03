/** From what was recorded of a message or a refusal back to the question that the simulator is asked. Pure. */
import type { Replayed } from '../../diagnostics/replay/replay.ts';
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
  const from = addressOf(content.from);
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
        ...(from && { from: { addresses: [from], form: { fields: 1 } } }),
      },
      what: {
        address: client.address,
        sender: envelope.reversePath?.text ?? '<>',
        recipient: recipients[0]?.text ?? '',
      },
    },
  };
}

/** `undefined`: it was refused before sender and recipient were named. */
export function recordedRefusal(
  { ref, address, source, fields }: EventRecord,
  at: Instant,
): RecordedQuestion | undefined {
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : undefined);
  const [sender, recipient, listener] = [text('sender'), text('recipient'), text('listener')];
  if (address === undefined || sender === undefined || recipient === undefined || listener === undefined)
    return undefined;
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
      question: { facts, reversePath, recipients: [to] },
      what: { address, sender: sender === '' ? '<>' : sender, recipient },
    },
  };
}

function mailbox(text: string): Mailbox | undefined {
  const parsed = parseMailbox(text);
  return parsed.ok ? parsed.value : undefined;
}

/** Of a header From as it is shown: the address alone. */
function addressOf(from: string | undefined): Mailbox | undefined {
  if (from === undefined) return undefined;
  return mailbox(/<([^<>]{1,320})>\s*$/.exec(from)?.[1] ?? from.trim());
}

/** What happened to a message, in sentences and in order of time. Pure. */
import type { Explanation, Sentence } from '../../../contract/schemas.ts';
import type { AttemptRecord, TraceEntry } from '../../message/message.ts';
import { formatReply } from '../../message/reply.ts';
import type { Instant } from '../../platform/clock.ts';
import { formatInstant } from '../../platform/clock.ts';
import { tlsName } from '../../platform/words.ts';
import type { StoredMessage } from '../../store/store.ts';
import { present } from '../present.ts';
import type { KeptArrival } from '../../diagnostics/arrival/arrival-book.ts';
import type { Explain } from '../explain/explanation-view.ts';

interface Told {
  readonly at: Instant;
  readonly sentence: Sentence;
}

export interface StoryFacts {
  readonly explain: Explain;
  readonly arrivals: readonly KeptArrival[];
}

export function storyOf(message: StoredMessage, { explain, arrivals }: StoryFacts): Sentence[] {
  const { accepted, progress } = message;
  const addresses = accepted.envelope.recipients.map(({ address }) => address.text);
  const told: Told[] = [
    {
      at: accepted.at,
      sentence: { at: formatInstant(accepted.at), kind: 'accepted', text: acceptance(message) },
    },
    ...[...accepted.trace, ...progress.notes].map(traced),
    ...progress.attempts.flatMap((attempt) => attempted(attempt, addresses, explain)),
    ...ends(message, addresses),
    ...arrivals.map((arrival) => arrivalTold(arrival, explain)),
  ];
  // Stable: what happened in one millisecond stays in the order in which it is kept.
  return told.sort((a, b) => a.at - b.at).map(({ sentence }) => sentence);
}

function acceptance({ accepted }: StoredMessage): string {
  const { client, source, isNotice, envelope, content } = accepted;
  if (!client) return isNotice ? 'Made by the relay itself, as a notice.' : 'Accepted.';
  const tls = client.tls ? `over ${tlsName(client.tls.version)}` : 'without TLS';
  const login = client.login === undefined ? '' : `, logged in as ${client.login}`;
  const sender = envelope.reversePath?.text ?? '<>';
  return (
    `Accepted from ${source ?? 'an unnamed source'} at ${client.address} on listener ${client.listener}, ${tls}${login}: ` +
    `${content.bytes} octets from ${sender} to ${count(envelope.recipients.length, 'recipient')}. It calls itself ${client.helo}.`
  );
}

function arrivalTold(arrival: KeptArrival, explain: Explain): Told {
  const { at, recipient, text, returned } = arrival;
  return {
    at,
    sentence: {
      at: formatInstant(at),
      kind: 'arrival',
      text: `${recipient}: ${text}`,
      by: returned === undefined ? 'message trace' : 'returned message',
      ...present({ reply: returned?.diagnostic, explanation: explainedReturn(arrival, explain) }),
    },
  };
}

/** What a returned message says was said by Exchange or by a host that it quotes; the catalogue knows both. */
export function explainedReturn({ returned }: KeptArrival, explain: Explain): Explanation | undefined {
  const said = returned?.diagnostic ?? returned?.status;
  return said === undefined ? undefined : explain(said, { returned: true });
}

function traced({ at, step, text, by, about }: TraceEntry): Told {
  const told = `${introductions[step] ?? ''}${text}`;
  return { at, sentence: { at: formatInstant(at), kind: step, text: told, ...present({ by, about }) } };
}

/** A trace entry that begins with a name needs a word before it; what operators did begins small in the log. */
const introductions: Partial<Record<TraceEntry['step'], string>> = {
  recognised: 'Recognised: ',
  attempt: 'Way chosen: ',
  operator: 'By hand: ',
};

/** One sentence for all recipients that were told the same. */
function attempted(attempt: AttemptRecord, addresses: readonly string[], explain: Explain): Told[] {
  const { connector, host, results, tls } = attempt;
  const groups = new Map<string, (typeof results)[number][]>();
  for (const result of results) {
    const key = JSON.stringify([result.result, result.reply, result.text]);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  const over = tls ? `${tlsName(tls.version)}${tls.verified ? '' : ', certificate not verified'}` : 'no TLS';
  return Array.from(groups.values(), (group) => {
    const [first] = group;
    const who = listed(group.map(({ recipient }) => addresses[recipient] ?? ''));
    const place = host === '' ? connector : `${connector} (${host}, ${over})`;
    const reply = first?.reply && formatReply(first.reply);
    const explanation = reply === undefined ? undefined : explain(reply, { connector, host });
    const why = first === undefined || first.result === 'relayed' ? undefined : first.text;
    const text = why === undefined ? '' : besides(why, reply, explanation !== undefined);
    return {
      at: attempt.at,
      sentence: {
        at: formatInstant(attempt.at),
        kind: 'attempt',
        text: `${outcomes[first?.result ?? 'failed'](place, who)}${text}`,
        by: connector,
        ...present({
          reply,
          explanation,
        }),
      },
    };
  });
}

/** What the sentence still has to say where the reply stands beneath it word for word, and perhaps what it means. */
function besides(why: string, reply: string | undefined, isExplained: boolean): string {
  if (isExplained) return '';
  const at = reply === undefined ? -1 : why.indexOf(reply);
  const rest = at < 0 ? why : why.slice(0, at).replace(/:?\s*$/, '');
  return rest === '' ? '' : `: ${rest}`;
}

const outcomes = {
  relayed: (place: string, who: string) => `${place} took it for ${who}`,
  failed: (place: string, who: string) => `${place} did not take it for ${who}`,
  'in-doubt': (place: string, who: string) =>
    `The connection to ${place} broke before the reply, so it is not known whether it took the message for ${who}`,
} as const;

function ends({ progress }: StoredMessage, addresses: readonly string[]): Told[] {
  return progress.recipients.flatMap((state, index) => {
    const who = addresses[index] ?? '';
    if (state.kind === 'expired')
      return [ended(state.at, 'expired', `Given up for ${who}: it could not be delivered in time.`)];
    if (state.kind !== 'failed') return [];
    return [
      ended(
        state.at,
        state.failure.stage === 'operator' ? 'operator' : 'attempt',
        // The attempt before it has the reply and its meaning.
        state.failure.reply === undefined
          ? `Failed for ${who}: ${state.failure.text}`
          : `Failed for ${who}: the refusal is final.`,
      ),
    ];
  });
}

function ended(at: Instant, kind: Sentence['kind'], text: string): Told {
  return { at, sentence: { at: formatInstant(at), kind, text } };
}

function listed(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

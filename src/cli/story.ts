/** What happened to a message, or at a refusal, in sentences. Pure. */
import type { EventView, Explanation, MessageDetail } from '../../contract/schemas.ts';
import { printable } from '../observe/printable.ts';
import { tlsName } from '../platform/words.ts';
import { countOf, formatBytes, formatSender, formatTime } from './output.ts';

type Arrival = MessageDetail['arrivals'][number];

interface Sentence {
  readonly at: string;
  readonly text: string;
}

/** In order of time, then the state of each recipient. */
export function messageStory(message: MessageDetail): readonly string[] {
  return [
    headline(message),
    ...events(message)
      .sort((a, b) => a.at.localeCompare(b.at))
      .map(({ at, text }) => `  ${formatTime(at)}  ${printable(text)}`),
    ...(message.traceId === undefined ? [] : [`Trace id: ${message.traceId}`]),
    'Recipients:',
    ...message.recipients.flatMap((recipient) => recipientLines(recipient, message)),
    ...(message.inDoubt > 0
      ? [
          `${countOf(message.inDoubt, 'attempt')} ended in doubt: the next hop may have the message more than once.`,
        ]
      : []),
  ];
}

function headline(message: MessageDetail): string {
  const subject = message.subject ? `, "${message.subject}"` : '';
  const state = message.result ?? message.state;
  return printable(
    `${message.id}: ${state}; ${formatBytes(message.bytes)} from ${formatSender(message.sender)} to ${message.recipients.length}` +
      ` recipient${message.recipients.length === 1 ? '' : 's'}${subject}`,
  );
}

function events(message: MessageDetail): Sentence[] {
  return [
    { at: message.at, text: acceptance(message) },
    ...message.trace.map(({ at, text, by }) => ({ at, text: by ? `${text} (${by})` : text })),
    ...message.attemptLog.map((attempt) => ({ at: attempt.at, text: attemptSentence(attempt) })),
    ...message.arrivals.map(({ at, recipient, text }) => ({
      at,
      text: `${recipient}: ${text} (message trace or returned message)`,
    })),
  ];
}

function acceptance({ client, source, isNotice }: MessageDetail): string {
  if (!client) return isNotice ? 'made by the relay itself as a notice' : 'accepted';
  const tls = client.tls ? tlsName(client.tls.version) : 'no TLS';
  const login = client.login ? `, logged in as ${client.login}` : '';
  return `accepted from ${source ?? 'an unnamed source'} at ${client.address} (says it is ${client.helo}) on listener ${client.listener}, ${tls}${login}`;
}

function attemptSentence(attempt: MessageDetail['attemptLog'][number]): string {
  const tls = attempt.tls
    ? `${tlsName(attempt.tls.version)}${attempt.tls.verified ? ', verified' : ', not verified'}`
    : 'no TLS';
  const results = attempt.results.map(({ recipient, result, reply, text }) => {
    const words = reply ? `the next hop said "${reply}"` : (text ?? 'without a reply');
    // Whether it is tried again stands with the recipient below; an attempt alone does not decide that.
    return `${recipient}: ${result === 'failed' ? 'not taken' : result}, ${words}`;
  });
  return `tried by ${attempt.connector} to ${attempt.host} (${tls}, ${attempt.durationMs} ms): ${results.join('; ')}`;
}

/** The state, what the reply means where that is known, and what Exchange did with it afterwards. */
function recipientLines(recipient: MessageDetail['recipients'][number], message: MessageDetail): string[] {
  const { explanation, state } = recipient;
  const arrival = message.arrivals.find((one) => one.recipient === recipient.address);
  const means = state === 'relayed' ? arrival?.explanation : explanation;
  return [
    recipientSentence(recipient),
    ...(arrival ? [`  did it arrive: ${arrivalWords(arrival)}`] : []),
    ...(means ? explanationLines(means) : []),
  ].map((line) => `  ${printable(line)}`);
}

function arrivalWords({ text, exchangeStatus, exchangeAt, returned }: Arrival): string {
  const taken = exchangeAt === undefined ? '' : `, taken there at ${formatTime(exchangeAt)}`;
  const status = exchangeStatus === undefined ? '' : ` (${exchangeStatus}${taken})`;
  const said =
    returned?.diagnostic === undefined ? '' : `; the returned message said "${returned.diagnostic}"`;
  return `${text}${status}${said}`;
}

function explanationLines({ meaning, side, fix, clearsByItself }: Explanation): string[] {
  const waiting = clearsByItself ? '; it clears by itself' : '';
  return [`  means: ${meaning} ${side}${waiting}`, ...fix.map((step) => `  to do: ${step}`)];
}

function recipientSentence(recipient: MessageDetail['recipients'][number]): string {
  const said = recipient.reply ? `; the next hop said "${recipient.reply}"` : '';
  const why = recipient.reason ? `: ${recipient.reason}` : '';
  const at = recipient.at ? ` at ${formatTime(recipient.at)}` : '';
  switch (recipient.state) {
    case 'pending': {
      const next = recipient.nextAttemptAt ? `, next attempt ${formatTime(recipient.nextAttemptAt)}` : '';
      return `${recipient.address} waits after ${countOf(recipient.attempts ?? 0, 'attempt')}${next}${why}${said}`;
    }
    case 'held':
      return `${recipient.address} is held${at}${why}`;
    case 'relayed':
      return `${recipient.address} was relayed${at} by ${recipient.connector} to ${recipient.host}${said}`;
    case 'failed':
      return `${recipient.address} failed for good${at}${why}${said}`;
    case 'expired':
      return `${recipient.address} expired${at}${why}${said}`;
    default:
      return recipient.state satisfies never;
  }
}

/** A refusal or failed login: what was asked, what was answered, what decided, what would make it pass. */
export function eventStory({ ref, at, kind, fields }: EventView): readonly string[] {
  const text = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === 'string' && value !== '' ? printable(value) : undefined;
  };
  const lines = [
    `${ref}: ${kind === 'login-failed' ? 'a login failed' : 'refused'} at ${formatTime(at)}`,
    `  client:   ${text('address') ?? '?'} on listener ${text('listener') ?? '?'}${text('helo') ? `, says it is ${text('helo')}` : ''}`,
  ];
  const rows = [
    ['source', text('source')],
    ['user', text('username')],
    ['sender', text('sender')],
    ['recipient', text('recipient')],
    ['at', text('stage')],
    ['answered', text('reply')],
    ['rule', text('rule')],
    ['why', text('explanation')],
  ] as const;
  for (const [name, value] of rows) if (value !== undefined) lines.push(`  ${`${name}:`.padEnd(9)} ${value}`);
  return lines;
}

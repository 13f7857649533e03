/** What the test bench is to do, as it stands in the address of the page: all but passwords, which are never in a link. Pure. */
import type { Values } from '../../app/filters.ts';
import { flagFilter, numberFilter, oneOf, textFilter } from '../../app/filters.ts';
import type { Body } from './use-conversation.ts';

export const targets = ['host', 'connector', 'listener'] as const;
export const tlsModes = [
  ['starttls', 'STARTTLS, if offered'],
  ['required', 'STARTTLS or nothing'],
  ['implicit', 'From the first octet'],
  ['off', 'None'],
] as const;

export const questionFilters = {
  target: oneOf(...targets),
  host: textFilter,
  port: numberFilter,
  tls: oneOf('off', 'starttls', 'required', 'implicit'),
  ip: oneOf('any', '4', '6'),
  serverName: textFilter,
  connector: textFilter,
  listener: textFilter,
  address: textFilter,
  login: textFilter,
  sender: textFilter,
  recipient: textFilter,
  helo: textFilter,
  send: flagFilter,
};
export type Question = Values<typeof questionFilters>;

/** What is still to be filled in, in words; `undefined` when it can be asked. */
export function missingIn(question: Question): string | undefined {
  const { target = 'host' } = question;
  if (target === 'host' && question.host === undefined) return 'Name a host.';
  if (target === 'connector' && question.connector === undefined) return 'Choose a connector.';
  if (target === 'listener' && question.address === undefined) return 'Name the address of a client.';
  if (question.send === true && (question.sender === undefined || question.recipient === undefined))
    return 'To send a test message, name a sender and a recipient.';
  return undefined;
}

export function bodyOf(question: Question, password: string): Body {
  const { sender, recipient, helo, send } = question;
  return {
    target: targetOf(question, password),
    ...(sender !== undefined && { sender }),
    ...(recipient !== undefined && { recipient }),
    ...(helo !== undefined && { helo }),
    send: send === true,
  };
}

function targetOf(question: Question, password: string): Body['target'] {
  const { target = 'host', host = '', port, tls, ip, serverName, connector = '', login } = question;
  if (target === 'connector') return { kind: 'connector', name: connector };
  if (target === 'listener') {
    const { listener, address = '' } = question;
    return {
      kind: 'listener',
      address,
      tls: tls !== 'off',
      ...(listener !== undefined && { listener }),
      ...(login !== undefined && { login: { username: login, ...(password !== '' && { password }) } }),
    };
  }
  return {
    kind: 'host',
    host,
    ...(port !== undefined && { port }),
    ...(tls !== undefined && { tls }),
    ...(ip !== undefined && { ipVersion: ip }),
    ...(serverName !== undefined && { serverName }),
    ...(login !== undefined && { login: { username: login, password } }),
  };
}

/** Routes, identities and states of connectors in words. Pure. */
import type { ConnectorView } from '../../../contract/schemas/connectors.ts';
import type { Tone } from '../../parts/status-badge.tsx';
import { bytes, number } from '../../parts/words.ts';

const routes = new Map([
  ['exchange-online', 'Exchange Online (MX)'],
  ['smtp-submission', 'SMTP submission'],
  ['graph', 'Microsoft Graph'],
  ['smart-host', 'Smart host'],
  ['mx', 'Direct to MX'],
]);

export const routeWords = (route: string): string => routes.get(route) ?? route;

const kinds: Readonly<Record<ConnectorView['identity']['kind'], string>> = {
  certificate: 'Certificate',
  address: 'Known by',
  login: 'Login',
  application: 'Application',
  person: 'Person, through application',
  none: 'None',
};

export function identityWords({ kind, text, mailbox }: ConnectorView['identity']): string {
  if (kind === 'none') return 'None';
  const who = `${kinds[kind]} ${text}`;
  return mailbox === undefined || mailbox === text
    ? who
    : `${mailbox}, ${who.charAt(0).toLowerCase()}${who.slice(1)}`;
}

export function stateOf(connector: ConnectorView): { readonly tone: Tone; readonly words: string } {
  const { suspended, lastFailure, lastSuccessAt, destinations, senders } = connector;
  if (suspended) return { tone: 'paused', words: 'Suspended' };
  if (lastFailure && (lastSuccessAt === undefined || lastFailure.at > lastSuccessAt)) {
    return { tone: 'bad', words: 'Failing' };
  }
  if (destinations.length > 0 || senders.length > 0) return { tone: 'warning', words: 'Works, in part' };
  return lastSuccessAt === undefined
    ? { tone: 'plain', words: 'Not used yet' }
    : { tone: 'good', words: 'Works' };
}

export function limitsWords({ limits }: ConnectorView): readonly string[] {
  const { messagesPerMinute, recipientsPerDay, recipientsPerMessage, messageBytes } = limits;
  return [
    ...(messagesPerMinute === undefined ? [] : [`${number(messagesPerMinute)} messages a minute`]),
    ...(recipientsPerDay === undefined ? [] : [`${number(recipientsPerDay)} recipients a day`]),
    ...(recipientsPerMessage === undefined ? [] : [`${number(recipientsPerMessage)} recipients a message`]),
    ...(messageBytes === undefined ? [] : [`${bytes(messageBytes)} a message`]),
  ];
}

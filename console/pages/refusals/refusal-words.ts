/** A refusal or failed login as one sentence. Pure. */
import type { EventView } from '../../../contract/schemas/events.ts';

export function textOf(event: EventView, name: string): string | undefined {
  const value = event.fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function refusalWords(event: EventView): string {
  const who = event.source ?? event.address ?? 'an unknown client';
  if (event.kind === 'login-failed') return `A login of ${who} failed`;
  const why = textOf(event, 'explanation') ?? textOf(event, 'reply') ?? event.kind;
  return `${who} was refused: ${why}`;
}

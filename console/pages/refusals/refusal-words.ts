/** A refusal or failed login as one sentence. Pure. */
import type { EventView } from '../../../contract/schemas/events.ts';
import { begun } from '../../parts/words.ts';

export function textOf(event: EventView, name: string): string | undefined {
  const value = event.fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Why, without who: for tables that have a column of clients. */
export function whyWords(event: EventView): string {
  if (event.kind === 'login-failed') return 'A login failed';
  const why = textOf(event, 'explanation') ?? textOf(event, 'reply') ?? event.kind;
  // A name keeps its letters, at the begin too.
  return event.source !== undefined && why.startsWith(event.source) ? why : begun(why);
}

export function refusalWords(event: EventView): string {
  const who = event.source ?? event.address ?? 'an unknown client';
  if (event.kind === 'login-failed') return `A login of ${who} failed`;
  return `${who} was refused: ${whyWords(event)}`;
}

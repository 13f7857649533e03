/** Holds a conversation by the API of a running relay, and reads its events. */
import type { ConversationEvent, ConversationView } from '../../contract/schemas.ts';
import type { TestRelay } from '../harness/relay.ts';

export interface Heard {
  readonly status: number;
  readonly events: readonly ConversationEvent[];
  readonly problem?: { readonly title: string; readonly detail?: string };
}

export async function converse(relay: TestRelay, body: unknown, token?: string): Promise<Heard> {
  const response = await fetch(`${relay.relay.consoleUrl}/api/v1/test/conversation`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token ?? (await relay.token())}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== 200) return { status: response.status, events: [], problem: JSON.parse(text) };
  const events = text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice(6)) as ConversationEvent);
  return { status: 200, events };
}

export function ended({ events }: Heard): ConversationView {
  const last = events.at(-1);
  if (last?.kind !== 'end') throw new Error(`the conversation did not end: ${JSON.stringify(events)}`);
  return last.conversation;
}

/** A conversation as text for a ticket: what was sent and received, and under each step what it means. */
import type { Conversation, ConversationStep } from './conversation.ts';

const marks = { ok: 'ok', warn: 'warning', fail: 'FAILED', skipped: 'not done' } as const;

export function asText({ title, summary, steps, ms }: Conversation, at: string): string {
  return [`${title}, ${at}`, ...steps.flatMap(stepLines), `Result after ${ms} ms: ${summary}`, ''].join('\n');
}

/** What a line of text needs of a step, also of one that came through the API. */
export interface ShownStep extends Pick<
  ConversationStep,
  'title' | 'outcome' | 'ms' | 'sent' | 'received' | 'explained'
> {
  readonly advice?: string | undefined;
  readonly offers?: string[] | undefined;
}

export function stepLines({
  title,
  outcome,
  ms,
  sent,
  received,
  explained,
  advice,
  offers,
}: ShownStep): string[] {
  return [
    `${title}: ${marks[outcome]} (${ms} ms)`,
    ...sent.map((line) => `  > ${line}`),
    ...(offers === undefined || received.length > 0 ? received : offers).map((line) => `  < ${line}`),
    `  ${explained}`,
    ...(advice === undefined ? [] : advice.split('\n').map((line) => `  To do: ${line}`)),
  ];
}

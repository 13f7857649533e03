/** A conversation as it goes: step by step while the relay holds it. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ConversationStep, ConversationView } from '../../../contract/schemas/conversation.ts';
import type { ApiProblem } from '../../api/problem.ts';
import { asProblem } from '../../api/problem.ts';
import { streamOf } from '../../api/stream.ts';
import type { Given } from '../../api/types.ts';

export type Body = Given<'holdConversation'>['body'];

export type Held =
  | { readonly kind: 'none' }
  | { readonly kind: 'under-way'; readonly title: string; readonly steps: readonly ConversationStep[] }
  | { readonly kind: 'ended'; readonly conversation: ConversationView }
  | {
      readonly kind: 'failed';
      readonly title: string;
      readonly steps: readonly ConversationStep[];
      readonly problem: ApiProblem | undefined;
    };

export interface Conversing {
  readonly held: Held;
  readonly hold: (body: Body) => void;
  readonly stop: () => void;
}

export function useConversation(): Conversing {
  const client = useQueryClient();
  const [held, setHeld] = useState<Held>({ kind: 'none' });
  const running = useRef<AbortController>(undefined);
  const stop = useCallback(() => running.current?.abort(), []);
  // Whoever leaves the page is not held a line for.
  useEffect(() => stop, [stop]);
  const hold = useCallback(
    (body: Body) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      void follow(body, controller.signal, (next) => {
        if (running.current === controller) setHeld(next);
      }).finally(() => void client.invalidateQueries({ queryKey: ['conversations'] }));
    },
    [client],
  );
  return { held, hold, stop };
}

/** Tells each state, the last one `ended` or `failed`; never rejects. */
async function follow(body: Body, signal: AbortSignal, tell: (held: Held) => void): Promise<void> {
  let title = '';
  let steps: readonly ConversationStep[] = [];
  tell({ kind: 'under-way', title, steps });
  try {
    for await (const event of streamOf('holdConversation', { body }, signal)) {
      if (event.kind === 'end') {
        tell({ kind: 'ended', conversation: event.conversation });
        return;
      }
      if (event.kind === 'begin') title = event.title;
      else steps = [...steps, event.step];
      tell({ kind: 'under-way', title, steps });
    }
    tell({ kind: 'failed', title, steps, problem: undefined });
  } catch (error) {
    tell({ kind: 'failed', title, steps, problem: signal.aborted ? undefined : asProblem(error) });
  }
}

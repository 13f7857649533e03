/** The test bench: one conversation at a time for each caller, an end in time for each, and the last ones kept. */
import type { Clock, Instant } from '../../platform/clock.ts';
import type { Conversation, ConversationStep } from './conversation.ts';

/** Milliseconds of one conversation. */
export const conversationMsMax = 120_000;
/** Conversations at a time, of all callers. */
export const conversationsMax = 4;
/** Conversations that are kept. */
const keptMax = 30;

export interface KeptConversation extends Conversation {
  readonly id: string;
  readonly at: Instant;
  readonly by: string;
}

export type BenchEvent =
  | { readonly kind: 'begin'; readonly id: string; readonly title: string }
  | { readonly kind: 'step'; readonly step: ConversationStep }
  | { readonly kind: 'end'; readonly conversation: KeptConversation };

export type Holding = (given: {
  readonly signal: AbortSignal;
  readonly told: (step: ConversationStep) => void;
}) => Promise<Conversation>;

export class Bench {
  readonly #clock: Clock;
  readonly #newId: (at: number) => string;
  readonly #callers = new Set<string>();
  readonly #kept: KeptConversation[] = [];

  constructor(clock: Clock, newId: (at: number) => string) {
    this.#clock = clock;
    this.#newId = newId;
  }

  /** The newest first. */
  get kept(): readonly KeptConversation[] {
    return this.#kept.toReversed();
  }

  /** Why this caller may begin none now. */
  busy(caller: string): string | undefined {
    if (this.#callers.has(caller)) return 'a conversation of yours is under way: one at a time';
    if (this.#callers.size >= conversationsMax) return `${conversationsMax} conversations are under way`;
    return undefined;
  }

  /** The place is taken when this returns, and given back when the last event was read or the reader is gone. */
  run(
    about: { readonly by: string; readonly title: string; readonly signal: AbortSignal },
    holding: Holding,
  ): AsyncIterable<BenchEvent> {
    this.#callers.add(about.by);
    const at = this.#clock.now();
    const id = this.#newId(at);
    const events: BenchEvent[] = [{ kind: 'begin', id, title: about.title }];
    let wake: () => void = () => undefined;
    const tell = (event: BenchEvent): void => {
      events.push(event);
      wake();
    };
    const ended = new AbortController();
    const cancel = this.#clock.after(conversationMsMax, () => ended.abort());
    const signal = AbortSignal.any([about.signal, ended.signal]);
    const done = holding({ signal, told: (step) => tell({ kind: 'step', step }) })
      .then((conversation) => {
        const kept: KeptConversation = { ...conversation, id, at, by: about.by };
        this.#kept.push(kept);
        if (this.#kept.length > keptMax) this.#kept.shift();
        tell({ kind: 'end', conversation: kept });
      })
      .finally(() => {
        cancel();
        this.#callers.delete(about.by);
      });
    let fault: { readonly error: unknown } | undefined;
    done.catch((error: unknown) => {
      fault = { error };
      wake();
    });
    return (async function* read() {
      for (;;) {
        for (let event = events.shift(); event; event = events.shift()) {
          yield event;
          if (event.kind === 'end') return;
        }
        if (fault) throw fault.error;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    })();
  }
}

/** Faults of set-up that connectors met and that are not over, gathered from the events. Bounded. */
import type { RelayEvent } from '../../observe/events.ts';

const troublesMax = 500;

interface Trouble {
  readonly connector: string;
  /** It concerns his rights alone. */
  readonly sender?: string;
  readonly code: string;
  readonly text: string;
}

export class TroubleBook {
  readonly #troubles = new Map<string, Trouble>();

  note(event: RelayEvent): void {
    if (event.kind === 'connector-trouble') {
      const { connector, sender, code, text } = event;
      const trouble = { connector, ...(sender !== undefined && { sender }), code, text };
      this.#troubles.set(keyOf(event), trouble);
      if (this.#troubles.size <= troublesMax) return;
      for (const oldest of this.#troubles.keys()) {
        this.#troubles.delete(oldest);
        return;
      }
    } else if (event.kind === 'connector-trouble-over') this.#troubles.delete(keyOf(event));
  }

  of(connector: string): readonly Trouble[] {
    return [...this.#troubles.values()].filter((trouble) => trouble.connector === connector);
  }
}

type Way = Extract<RelayEvent, { kind: 'connector-trouble' | 'connector-trouble-over' }>;

/** The fault that is over is the last that this way met, whatever its code. */
function keyOf({ connector, destination = '', sender = '' }: Way): string {
  return JSON.stringify([connector, destination, sender]);
}

/** What the witness saw: how many conversations, which of their decisions it compared, and what went differently. */

/** What is put to both. `words`: names and addresses that no listener reads. */
export type Decision = 'connection' | 'MAIL' | 'RCPT' | 'content' | 'words';

/**
 * Why an answer was left alone, because no question holds it: how the session went before (421), a command at the wrong
 * time, a client that was gone before the answer, and a store or memory that failed while the content came.
 */
export type LeftAlone = 'session' | 'order' | 'gone' | 'store';

export type Sighting =
  | { readonly kind: 'conversation' }
  | { readonly kind: 'compared'; readonly decision: Decision }
  | { readonly kind: 'left-alone'; readonly reason: LeftAlone }
  | { readonly kind: 'disagreement'; readonly text: string }
  /** A process that is watched has loaded its listener. */
  | { readonly kind: 'watching'; readonly pid: number };

export class WitnessRecord {
  conversations = 0;
  readonly compared = new Map<Decision, number>();
  readonly leftAlone = new Map<LeftAlone, number>();
  readonly disagreements: string[] = [];
  readonly watching = new Set<number>();

  add(sighting: Sighting): void {
    if (sighting.kind === 'conversation') this.conversations += 1;
    else if (sighting.kind === 'compared') count(this.compared, sighting.decision);
    else if (sighting.kind === 'left-alone') count(this.leftAlone, sighting.reason);
    else if (sighting.kind === 'disagreement') this.disagreements.push(sighting.text);
    else this.watching.add(sighting.pid);
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Of this test file: of its own process, and of the relays that it started. */
export const record = new WitnessRecord();

let send: (sighting: Sighting) => void = (sighting) => record.add(sighting);

/** In a process of its own, what is seen goes to somebody else. */
export function sendSightings(to: (sighting: Sighting) => void): void {
  send = to;
}

export function tell(sighting: Sighting): void {
  send(sighting);
}

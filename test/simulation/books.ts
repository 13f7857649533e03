/** The invariants of the relay, checked over a whole simulation. Each fault is one line. */
import type { RelayEvent } from '../../src/observe/events.ts';
import type { StoredMessage } from '../../src/store/store.ts';
import type { Ledger } from './next-hops.ts';

export interface Books {
  readonly messages: readonly StoredMessage[];
  /** Ids for which acceptance was begun. */
  readonly accepted: ReadonlySet<string>;
  readonly ledger: Ledger;
  readonly events: readonly RelayEvent[];
  readonly kills: number;
}

export function checkBooks(books: Books): string[] {
  const faults: string[] = [];
  const byId = new Map(books.messages.map((message) => [message.accepted.id as string, message]));
  if (books.kills === 0) {
    for (const id of books.accepted) if (!byId.has(id)) faults.push(`${id} was accepted and is gone`);
  }
  for (const message of books.messages) faults.push(...checkMessage(message, books.ledger));
  faults.push(...checkNotices(books, byId));
  for (const event of books.events) {
    if (event.kind === 'fault' || event.kind === 'store-trouble') faults.push(`${event.kind}: ${event.text}`);
  }
  return faults;
}

/** accepted = relayed + failed + expired (+ waiting, of which nothing is left once all is repaired). */
function checkMessage({ accepted, progress, lease }: StoredMessage, ledger: Ledger): string[] {
  const faults: string[] = [];
  const { id } = accepted;
  for (const [index, state] of progress.recipients.entries()) {
    const address = accepted.envelope.recipients[index]?.address.text ?? '';
    const { taken, doubts } = ledger.entry(id, address);
    if (state.kind === 'pending' || state.kind === 'held')
      faults.push(`${id} ${address} is still ${state.kind}`);
    if (state.kind === 'relayed' && taken === 0)
      faults.push(`${id} ${address} is called relayed and was not taken`);
    if (taken > 1 + doubts) faults.push(`${id} ${address} was taken ${taken} times with ${doubts} doubts`);
    if (taken > 1 + progress.inDoubt)
      faults.push(`${id} ${address} was taken ${taken} times and counts ${progress.inDoubt} doubts`);
    if (state.kind !== 'relayed' && taken > doubts)
      faults.push(`${id} ${address} was taken and is called ${state.kind}`);
    if (state.kind === 'failed' && !address.startsWith('nobody')) {
      faults.push(`${id} ${address} failed: ${state.failure.text}`);
    }
  }
  const certain = progress.attempts.filter(({ results }) =>
    results.some(({ result }) => result === 'in-doubt'),
  ).length;
  if (progress.inDoubt < certain) faults.push(`${id} counts ${progress.inDoubt} doubts of ${certain}`);
  if (lease !== null) faults.push(`${id} ends with a lease of ${lease.owner}`);
  return faults;
}

function checkNotices(
  { events, messages, kills }: Books,
  byId: ReadonlyMap<string, StoredMessage>,
): string[] {
  const faults: string[] = [];
  const told = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== 'notice') continue;
    const about = byId.get(event.about);
    if (!about || about.accepted.isNotice)
      faults.push(`${event.id} is a notice about ${event.about}, a notice`);
    if (!byId.has(event.id)) faults.push(`notice ${event.id} was not queued`);
    const key = `${event.action} ${event.about} ${event.to}`;
    told.set(key, (told.get(key) ?? 0) + 1);
    if (event.action === 'delayed' && (told.get(key) ?? 0) > 1)
      faults.push(`${event.about}: two delay notices`);
  }
  for (const { accepted, progress } of messages) {
    const lost = progress.recipients.filter(({ kind }) => kind === 'failed' || kind === 'expired').length;
    const sender = accepted.envelope.reversePath;
    const wantsNone = accepted.envelope.recipients.every(({ notify }) => notify?.includes('never'));
    if (accepted.isNotice || accepted.owner !== undefined || sender === null || wantsNone) continue;
    const count = told.get(`failed ${accepted.id} ${sender.text}`) ?? 0;
    // The event of a notice dies with its process; the notice, written with the result, does not.
    if (kills === 0 && lost > 0 !== count > 0)
      faults.push(`${accepted.id}: ${lost} recipients lost, ${count} notices`);
    if (count > lost) faults.push(`${accepted.id}: ${count} failure notices for ${lost} recipients`);
  }
  return faults;
}

/** Whether the audit log is whole: each entry hashed as it says, linked to the one before, none missing, none cut off. */
import { formatInstant } from '../../platform/clock.ts';
import type { AuditLog } from './audit-log.ts';
import { begun, begunLate, keyOf } from './audit-log.ts';
import type { AuditHead } from './head.ts';
import { headKey, headKind, headPurpose } from './head.ts';
import { anchorAction, anchorFaults } from './anchor.ts';
import type { AuditEntry } from './entry.ts';
import { entryHash, noHash } from './entry.ts';
import { readFloor } from './prune.ts';

export interface AuditFault {
  readonly seq?: number;
  readonly text: string;
}

export interface AuditCheck {
  readonly whole: boolean;
  readonly entries: number;
  readonly head?: string;
  readonly faults: readonly AuditFault[];
}

const faultsMax = 100;

/** Reads every entry. `known`: what the running relay wrote last; entries that follow while this reads are no fault. */
export async function verifyAudit(log: AuditLog): Promise<AuditCheck> {
  const known = log.head;
  const faults: AuditFault[] = [];
  const fault = (text: string, seq?: number): void => {
    if (faults.length < faultsMax) faults.push({ text, ...(seq === undefined ? {} : { seq }) });
  };
  const head = await readHead(log, fault);
  const floor = await readFloor(log);
  if (!floor)
    fault(
      'the floor, which says which entries were removed after their time, was changed: its code does not fit',
    );
  let count = 0;
  let hash = floor?.hash ?? noHash;
  const begin = (floor?.count ?? 0) + 1;
  let previousAt = 0;
  let atHead: string | undefined;
  let atKnown: string | undefined;
  for await (const { key, text } of log.texts()) {
    const entry = readEntry(text);
    count += 1;
    if (!entry) {
      fault(`entry ${key} cannot be read`, Number(key));
      continue;
    }
    if (count === 1 && entry.seq !== begin) {
      fault('is missing: the log must begin with it', begin);
    }
    for (const words of faultsOfEntry(entry, { key, hash, previousAt })) fault(words, entry.seq);
    if (entry.action === begun && entry.result === begunLate)
      fault(`begins the log late: ${begunLate}`, entry.seq);
    if ((entry.action === begun || entry.action === anchorAction) && anchorFaults.includes(entry.result))
      fault(`at the start of the relay: ${entry.result}`, entry.seq);
    if (entry.seq === head?.count) atHead = entry.hash;
    if (entry.seq === known?.count) atKnown = entry.hash;
    hash = entry.hash;
    previousAt = entry.at;
  }
  if (head && atHead !== head.hash) {
    fault(`the head says that entry ${head.count} is the newest and hashed ${head.hash}; it is not there so`);
  }
  if (known && atKnown !== known.hash) {
    fault(`the relay that runs wrote entry ${known.count} with the hash ${known.hash}; it is not there so`);
  }
  return { whole: faults.length === 0, entries: count, ...(count > 0 ? { head: hash } : {}), faults };
}

async function readHead(log: AuditLog, fault: (text: string) => void): Promise<AuditHead | undefined> {
  const kept = await log.store.records.get(headKind, headKey);
  const head = kept && (parse(kept.text) as AuditHead | undefined);
  if (typeof head?.count !== 'number' || typeof head.hash !== 'string' || typeof head.code !== 'string') {
    fault('the head, which says how many entries there are, is missing or cannot be read');
    return undefined;
  }
  switch (log.vault.check(headPurpose, `${head.count} ${head.hash}`, head.code)) {
    case 'right':
      break;
    case 'wrong':
      fault('the head was changed: its code does not fit');
      break;
    case 'unknown-key':
      fault(
        'the head was made with a key of the vault that is not at hand: put the older key below the new one',
      );
  }
  return head;
}

function readEntry(text: string): AuditEntry | undefined {
  const entry = parse(text) as AuditEntry | undefined;
  return entry &&
    typeof entry.seq === 'number' &&
    typeof entry.hash === 'string' &&
    typeof entry.at === 'number'
    ? entry
    : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function faultsOfEntry(
  entry: AuditEntry,
  before: { readonly key: string; readonly hash: string; readonly previousAt: number },
): readonly string[] {
  const { hash, ...rest } = entry;
  const words: string[] = [];
  if (keyOf(entry.seq) !== before.key) words.push(`stands in the place of entry ${Number(before.key)}`);
  if (entryHash(rest) !== hash) words.push('was changed: its hash does not fit');
  if (entry.previous !== before.hash) {
    words.push('does not follow the entry before it: one was changed, removed, added or moved');
  }
  if (entry.at < before.previousAt) {
    words.push(
      `is of ${formatInstant(entry.at)}, before the entry that precedes it (was the clock set back?)`,
    );
  }
  return words;
}

/** Which messages `claim` gives, and when there is one: by priority, then the longest claimable of all sources. */
import type { ClaimedRow, MessageRow } from './operations.ts';
import type { Statements } from './statements.ts';
import { messageRow } from './statements.ts';

export class Claims {
  readonly #sql: Statements;

  constructor(statements: Statements) {
    this.#sql = statements;
  }

  claim(
    now: number,
    owner: string,
    until: number,
    limit: number,
    skipSources: readonly string[],
  ): ClaimedRow[] {
    const claimed: ClaimedRow[] = [];
    for (let priority = 0; priority <= 2 && claimed.length < limit; priority += 1) {
      for (const seq of this.#claimable(priority, now, limit - claimed.length, skipSources)) {
        const row = this.#sql.message.get(seq);
        if (row === undefined) continue;
        this.#sql.lease.run(owner, until, until, seq);
        const [version, accepted, progress, lapsedOwner, lapsedUntil, hasContent, file] = messageRow(row);
        const leased: MessageRow = [version + 1, accepted, progress, owner, until, hasContent, file];
        claimed.push([leased, lapsedOwner, lapsedUntil]);
      }
    }
    return claimed;
  }

  /** The longest claimable of all sources together: some of each, merged. */
  #claimable(priority: number, now: number, limit: number, skipSources: readonly string[]): number[] {
    const found: { readonly seq: number; readonly at: number }[] = [];
    for (const source of this.#sources(priority, skipSources)) {
      for (const row of this.#sql.claimable.all(priority, source, now, limit)) {
        found.push({ seq: Number(row['seq']), at: Number(row['claimable_at']) });
      }
    }
    found.sort((a, b) => a.at - b.at || a.seq - b.seq);
    return found.slice(0, limit).map((row) => row.seq);
  }

  nextDue(skipSources: readonly string[]): number | null {
    let next: number | null = null;
    for (let priority = 0; priority <= 2; priority += 1) {
      for (const source of this.#sources(priority, skipSources)) {
        const due = this.#sql.nextDue.get(priority, source)?.['due'];
        if (typeof due === 'number' && (next === null || due < next)) next = due;
      }
    }
    return next;
  }

  /** Sources that have work of this priority; one seek of the index each. */
  #sources(priority: number, skipSources: readonly string[]): string[] {
    const sources: string[] = [];
    let source = this.#sql.firstSource.get(priority)?.['source'];
    while (typeof source === 'string') {
      if (!skipSources.includes(source)) sources.push(source);
      source = this.#sql.nextSource.get(priority, source)?.['source'];
    }
    return sources;
  }
}

import type { Acceptance, Intake, Transaction } from '../../src/accept/acceptance.ts';
import { ContentTrial } from '../../src/accept/content-trial.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { Refusal } from '../../src/policy/verdict.ts';

export interface StoredTransaction {
  readonly transaction: Transaction;
  readonly content: Buffer;
}

/** Acceptance for tests of the intake: keeps what it is given as it came, and judges it as the real one does. */
export class FakeAcceptance implements Acceptance {
  readonly stored: StoredTransaction[] = [];
  aborted = 0;
  /** Answer of `ready`. */
  unready: Refusal | undefined;
  /** Answer of every `finish`, when set. */
  refusal: Refusal | undefined;
  /** `finish` waits for this. */
  commit: Promise<void> = Promise.resolve();
  /** `write` says `false` above this many octets, until `release` is called. */
  inMemoryMax = Infinity;
  readonly #drains: (() => void)[] = [];

  ready(): Refusal | undefined {
    return this.unready;
  }

  release(): void {
    this.inMemoryMax = Infinity;
    for (const drain of this.#drains.splice(0)) drain();
  }

  begin(transaction: Transaction): Intake {
    const chunks: Buffer[] = [];
    const trial = new ContentTrial(
      { clock: systemClock, hostname: 'relay.test', inlineBytesMax: 128 * 1024 },
      transaction,
    );
    let bytes = 0;
    return {
      write: (chunk) => {
        chunks.push(chunk);
        trial.push(chunk);
        bytes += chunk.length;
        return bytes <= this.inMemoryMax;
      },
      drained: () =>
        this.inMemoryMax === Infinity
          ? Promise.resolve()
          : new Promise((resolve) => this.#drains.push(resolve)),
      finish: async () => {
        await this.commit;
        const content = Buffer.concat(chunks);
        const said = this.refusal ?? trial.end();
        if (said.kind !== 'taken') return said;
        this.stored.push({ transaction, content });
        return { kind: 'receipt', id: transaction.id, bytes };
      },
      abort: () => {
        this.aborted += 1;
      },
    };
  }
}

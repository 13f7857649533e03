import type { Acceptance, Intake, Transaction } from '../../src/accept/acceptance.ts';
import type { Refusal } from '../../src/policy/verdict.ts';

export interface StoredTransaction {
  readonly transaction: Transaction;
  readonly content: Buffer;
}

/**
 * Acceptance for tests of the intake: keeps what it is given. Bare CR, bare LF and NUL are refused as the real one
 * refuses them for a source without the repair.
 */
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
    let bytes = 0;
    return {
      write: (chunk) => {
        chunks.push(chunk);
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
        const refusal = this.refusal ?? lineFault(transaction, content);
        if (refusal !== undefined) return refusal;
        this.stored.push({ transaction, content });
        return { kind: 'receipt', id: transaction.id, bytes };
      },
      abort: () => {
        this.aborted += 1;
      },
    };
  }
}

function lineFault(transaction: Transaction, content: Buffer): Refusal | undefined {
  if (transaction.envelope.body === 'binarymime') return undefined;
  const text = content.toString('latin1').replaceAll('\r\n', '');
  const bareLf = text.includes('\n') && !transaction.source.repairs.has('bare-line-feeds');
  if (!bareLf && !text.includes('\r') && !text.includes('\0')) return undefined;
  return {
    kind: 'refuse',
    code: 550,
    enhanced: '5.6.0',
    text: 'Bare CR, LF or NUL in the content',
    rule: 'bare-line-feeds',
    explanation: 'test',
  };
}

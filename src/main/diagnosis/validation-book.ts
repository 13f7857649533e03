/** The last validation of each connector, kept over restarts. */
import type { ValidationView } from '../../../contract/schemas.ts';
import type { Store } from '../../store/store.ts';

const documentName = 'connector-validations';
/** Of connectors; the ones validated longest ago go first. */
const keptMax = 200;

export class ValidationBook {
  readonly #store: Pick<Store, 'putDocument'>;
  readonly #last: Map<string, ValidationView>;

  private constructor(store: Pick<Store, 'putDocument'>, last: Map<string, ValidationView>) {
    this.#store = store;
    this.#last = last;
  }

  static async open(store: Pick<Store, 'document' | 'putDocument'>): Promise<ValidationBook> {
    const text = await store.document(documentName);
    const kept = text === undefined || text === '' ? [] : (JSON.parse(text) as ValidationView[]);
    return new ValidationBook(store, new Map(kept.map((view) => [view.connector, view])));
  }

  get(connector: string): ValidationView | undefined {
    return this.#last.get(connector);
  }

  async put(view: ValidationView): Promise<void> {
    this.#last.delete(view.connector);
    this.#last.set(view.connector, view);
    for (const oldest of this.#last.keys()) {
      if (this.#last.size <= keptMax) break;
      this.#last.delete(oldest);
    }
    await this.#store.putDocument(documentName, JSON.stringify([...this.#last.values()]));
  }
}

/** Lets `active` pieces of work run at a time and `waiting` wait; more are turned away. */
export class WorkLimit {
  readonly #activeMax: number;
  readonly #waitingMax: number;
  #active = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(options: { readonly active: number; readonly waiting: number }) {
    this.#activeMax = options.active;
    this.#waitingMax = options.waiting;
  }

  /** `undefined` when there was no room; otherwise what the work came to, its rejection included. */
  run<T>(work: () => Promise<T>): Promise<T> | undefined {
    if (this.#active < this.#activeMax) return this.#start(work);
    if (this.#waiting.length >= this.#waitingMax) return undefined;
    return new Promise<void>((resolve) => this.#waiting.push(resolve)).then(() => this.#start(work));
  }

  async #start<T>(work: () => Promise<T>): Promise<T> {
    this.#active += 1;
    try {
      return await work();
    } finally {
      this.#active -= 1;
      this.#waiting.shift()?.();
    }
  }
}

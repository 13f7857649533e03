/**
 * Octets of content that are in memory and not yet stable, all sessions together. Above the bound, sessions stop
 * reading from their sockets - but only while something is on its way to the disk: with nothing to wait for,
 * waiting would never end.
 */
export class BytesInFlight {
  readonly #max: number;
  #held = 0;
  #draining = 0;
  #relief: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  get held(): number {
    return this.#held;
  }

  /** More is held than should be. */
  get isOver(): boolean {
    return this.#held > this.#max;
  }

  /** Whether a reader should wait for `relief`. */
  get isPressing(): boolean {
    return this.#held > this.#max && this.#draining > 0;
  }

  take(bytes: number): void {
    this.#held += bytes;
  }

  give(bytes: number): void {
    this.#held -= bytes;
    this.#relieve();
  }

  /** These octets, already taken, are being written. */
  drainBegins(bytes: number): void {
    this.#draining += bytes;
  }

  drainEnds(bytes: number): void {
    this.#draining -= bytes;
    this.#relieve();
  }

  /** Resolves when no reader needs to wait any more. */
  relief(): Promise<void> {
    if (!this.isPressing) return Promise.resolve();
    this.#relief ??= Promise.withResolvers<void>();
    return this.#relief.promise;
  }

  #relieve(): void {
    if (this.#relief && !this.isPressing) {
      this.#relief.resolve();
      this.#relief = undefined;
    }
  }
}

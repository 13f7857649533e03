/** A map that holds at most `max` keys and forgets the one unused for longest. Strangers choose the keys. */
export class BoundedMap<V> {
  readonly #max: number;
  readonly #map = new Map<string, V>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#map.size;
  }

  get(key: string): V | undefined {
    const value = this.#map.get(key);
    if (value !== undefined) {
      // A Map keeps the order of insertion, so the first key is the one unused for longest.
      this.#map.delete(key);
      this.#map.set(key, value);
    }
    return value;
  }

  set(key: string, value: V): void {
    this.#map.delete(key);
    this.#map.set(key, value);
    if (this.#map.size <= this.#max) return;
    for (const oldest of this.#map.keys()) {
      this.#map.delete(oldest);
      return;
    }
  }

  /** The one unused for longest first; looking at them is no use. */
  entries(): Iterable<[string, V]> {
    return this.#map.entries();
  }

  delete(key: string): void {
    this.#map.delete(key);
  }
}

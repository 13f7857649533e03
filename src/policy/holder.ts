import type { Policy } from './policy.ts';

/** The policy in force. Sessions and transactions keep the value they began with. */
export class PolicyHolder {
  #current: Policy;
  readonly #listeners = new Set<(policy: Policy) => void>();

  constructor(policy: Policy) {
    this.#current = policy;
  }

  get current(): Policy {
    return this.#current;
  }

  /** Puts a checked policy into force, and tells everybody who asked to hear of it. */
  replace(policy: Policy): void {
    this.#current = policy;
    for (const listener of this.#listeners) listener(policy);
  }

  /** Returns the unsubscribe. */
  onChange(listener: (policy: Policy) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}

import type { Policy } from './policy.ts';

/** The policy in force. Sessions and transactions keep the value they began with. */
export class PolicyHolder {
  /** As it was checked, without what is laid over it. */
  #given: Policy;
  #current: Policy;
  #over: (policy: Policy) => Policy = (policy) => policy;
  readonly #listeners = new Set<(policy: Policy) => void>();

  constructor(policy: Policy) {
    this.#given = policy;
    this.#current = policy;
  }

  get current(): Policy {
    return this.#current;
  }

  /** Puts a checked policy into force, and tells everybody who asked to hear of it. */
  replace(policy: Policy): void {
    this.#given = policy;
    this.#current = this.#over(policy);
    for (const listener of this.#listeners) listener(this.#current);
  }

  /**
   * Lays something over this policy and each one that follows, such as addresses that are blocked for a time. It replaces
   * what was laid over before; new sessions see it. It is no change of the policy: nobody is told.
   */
  lay(over: (policy: Policy) => Policy): void {
    this.#over = over;
    this.#current = over(this.#given);
  }

  /** Returns the unsubscribe. */
  onChange(listener: (policy: Policy) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}

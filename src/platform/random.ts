import { randomBytes } from 'node:crypto';
import { monotonicFactory } from 'ulid';

/** Randomness is passed in, so that a simulation can be repeated from its seed. */
export interface Random {
  /** Uniform in [0, 1). */
  fraction(): number;
}

const poolBytes = 4096;

/** Cryptographically strong randomness, drawn in blocks because one call for each number is slow. */
export function systemRandom(): Random {
  let pool = Buffer.alloc(0);
  let offset = 0;
  return {
    fraction() {
      if (offset + 6 > pool.length) {
        pool = randomBytes(poolBytes);
        offset = 0;
      }
      const value = pool.readUIntBE(offset, 6) / 2 ** 48;
      offset += 6;
      return value;
    },
  };
}

/** The same numbers for the same seed (mulberry32); for tests and simulations only. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    fraction() {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}

/** Makes identifiers that sort by time: 26 characters of Crockford's base 32 (ULID). */
export type NewId = (at: number) => string;

export function idFactory(random: Random): NewId {
  const next = monotonicFactory(() => random.fraction());
  return (at) => next(at);
}

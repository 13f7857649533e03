/** Values of the Sender Policy Framework (RFC 7208). */

/** RFC 7208 2.6. */
export type SpfResult = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror';

export type SpfAnswer<T> =
  | { readonly kind: 'records'; readonly records: readonly T[] }
  /** No such name, or no record of this type: what RFC 7208 4.6.4 calls a void look-up. */
  | { readonly kind: 'void' }
  /** Nobody answered, or with a failure; `reason` for people. */
  | { readonly kind: 'failed'; readonly reason: string };

/** The questions that an evaluation may ask; names are given without a dot at the end. */
export interface SpfResolver {
  /** One entry a record, its strings joined (RFC 7208 3.3). */
  txt(name: string): Promise<SpfAnswer<string>>;
  /** A records for family 4, AAAA records for family 6, in text. */
  addresses(name: string, family: 4 | 6): Promise<SpfAnswer<string>>;
  mx(name: string): Promise<SpfAnswer<{ readonly exchange: string; readonly preference: number }>>;
  /** Names of an address. */
  ptr(address: string): Promise<SpfAnswer<string>>;
}

export interface SpfQuestion {
  /** Address of the client. */
  readonly address: string;
  /** What HELO or EHLO said. */
  readonly helo: string;
  /** Reverse-path as `local@domain`; empty for the null sender, which is judged as postmaster at the HELO name (2.4). */
  readonly sender: string;
  /** Name of the host that asks, for the macro `r`. */
  readonly receiver: string;
  /** Milliseconds since 1970, for the macro `t`. */
  readonly now: number;
}

/** One thing that the evaluation looked at, in its order. */
export interface SpfStep {
  /** Whose record it stands in. */
  readonly domain: string;
  /** 0 for the record of the sender's domain; one more in each `include` or `redirect`. */
  readonly depth: number;
  /** The term as written, or the whole record when that is what was found. */
  readonly term: string;
  readonly outcome: 'record' | 'match' | 'no-match' | 'error' | 'result';
  /** A sentence for a person. */
  readonly text: string;
  /** Terms that ask DNS, counted so far, of the ten that RFC 7208 4.6.4 permits. */
  readonly lookups: number;
}

export interface SpfVerdict {
  readonly result: SpfResult;
  /** The domain that was judged. */
  readonly domain: string;
  /** The directive that matched, as written; absent when none did. */
  readonly mechanism?: string;
  /** What the domain's owner says to a failing sender (`exp`), expanded; only for `fail`. */
  readonly explanation?: string;
  /** Why the result is an error, or what stands in the way. */
  readonly problem?: string;
  readonly lookups: number;
  readonly voidLookups: number;
  readonly steps: readonly SpfStep[];
}

/** RFC 7208 4.6.4: terms that ask DNS (include, a, mx, ptr, exists, redirect). */
export const lookupsMax = 10;
/** RFC 7208 4.6.4: look-ups without an answer, recommended there. */
export const voidLookupsMax = 2;
/** RFC 7208 4.6.4: names of one `mx`, and names of an address that `ptr` looks at. */
export const namesMax = 10;

/** What one server conversation is made of. */
import type { Offer } from './capabilities.ts';
import type { Leniency } from './leniency.ts';
import type { EngineLimits } from './limits.ts';

export interface EngineOptions {
  /** Our name in the EHLO reply; completes `<Postmaster>`. */
  readonly hostname: string;
  readonly offer: Offer;
  readonly limits: EngineLimits;
  readonly leniency: Leniency;
}

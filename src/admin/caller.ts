/** Who asks, as the guard found out; every handler is given it, and what it changes is recorded under its name. */
import type { Role } from '../../contract/roles.ts';

export interface Caller {
  /** Name of the account or token, for trace and audit. */
  readonly name: string;
  readonly role: Role;
  /** `local`: the token in the data directory, which whoever may read that directory holds. */
  readonly via: 'local' | 'token' | 'session' | 'nobody';
  /** Address of the connection. */
  readonly address: string;
}

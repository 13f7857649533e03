/** Who asks, as the guard found out; every handler is given it, and what it changes is recorded under its name. */
import type { Role } from '../../contract/roles.ts';

export interface Caller {
  /** Name of the account or token, for trace and audit; `local` for the token of the data directory. */
  readonly name: string;
  /** Of `nobody` without meaning: only routes for anyone are reached without a role. */
  readonly role: Role;
  /** `local`: the token in the data directory, which whoever may read that directory holds. */
  readonly via: 'local' | 'token' | 'session' | 'nobody';
  /** Address of the connection. */
  readonly address: string;
  /** Id of the session, where `via` is `session`. */
  readonly session?: string;
  readonly browser: Browser;
  /** Aborted when the connection is gone or the caller may not listen any longer; matters to streams and long answers. */
  readonly signal: AbortSignal;
  /** Of a stream that goes on after an interruption: the id of the last event that arrived. */
  readonly lastEventId?: string;
  /** Adds to the audit entry of this call; what is given later replaces what was given before. */
  note(facts: AuditFacts): void;
}

export interface AuditFacts {
  /** What was acted on; absent: the parameters of the path. */
  readonly object?: string;
  /** Secrets are taken out by the audit log. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** Who, where that is known only now: the name that somebody signs in with. */
  readonly by?: string;
}

/** The page that asks, where a browser does. */
export interface Browser {
  /** Scheme, host and port under which we were asked. */
  readonly origin: string;
  /** Host and port. */
  readonly host: string;
  readonly userAgent: string | undefined;
  /** Cookie that binds a round trip to the identity provider to this browser. */
  readonly oidcBinding: string | undefined;
  setSession(token: string): void;
  clearSession(): void;
  setOidcBinding(value: string | undefined): void;
}

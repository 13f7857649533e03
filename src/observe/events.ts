/**
 * Business events: everything that happens to mail leaves through `emit`, which writes log line, counter and,
 * for what is found by a reference later, an event record. It never throws and never waits.
 */
import type { Instant } from '../platform/clock.ts';

/** Fields are JSON-safe; secrets never get here (redact where they enter). */
export type RelayEvent =
  | {
      readonly kind: 'ready';
      readonly listeners: readonly {
        readonly name: string;
        readonly address: string;
        readonly port: number;
        readonly tls: string;
      }[];
      readonly console?: string;
      readonly data: string;
    }
  /** There is no account of the console yet; the link makes the first one, once. */
  | { readonly kind: 'first-account'; readonly url: string; readonly until: Instant }
  /** One entry of the audit log. */
  | {
      readonly kind: 'audit';
      readonly seq: number;
      readonly by: string;
      readonly via: string;
      readonly address?: string;
      readonly action: string;
      readonly object?: string;
      readonly result: string;
      readonly hash: string;
    }
  | { readonly kind: 'stopping'; readonly reason: string }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'danger'; readonly text: string }
  | { readonly kind: 'warning'; readonly text: string }
  /** A secret or a certificate ends soon, or ended. `days`: whole days that remain, negative after the end. */
  | { readonly kind: 'expiring'; readonly what: string; readonly at: Instant; readonly days: number }
  /** Something falls due: told 30, 14, 7 and 1 days ahead and at the end, once each, also over restarts. */
  | {
      readonly kind: 'reminder';
      readonly what: string;
      readonly at: Instant;
      readonly days: number;
      readonly todo: string;
      readonly owner?: string;
      readonly to: readonly string[];
    }
  | {
      readonly kind: 'backup-made';
      readonly name: string;
      readonly bytes: number;
      readonly messages: number;
      readonly inWork: number;
      readonly durationMs: number;
      readonly by: string;
    }
  | { readonly kind: 'backup-failed'; readonly text: string; readonly by: string }
  | { readonly kind: 'backup-rehearsed'; readonly name: string; readonly ok: boolean; readonly text: string }
  /** The review of the log found something unusual; told once, and again when it is open again. */
  | {
      readonly kind: 'review-finding';
      readonly id: string;
      readonly finding: string;
      readonly subject: string;
      readonly severity: 'note' | 'warning' | 'serious';
      readonly text: string;
      readonly proposal: string;
      readonly source?: string;
    }
  /** What was older than its retention is gone. */
  | { readonly kind: 'swept'; readonly removed: Readonly<Record<string, number>> }
  | {
      readonly kind: 'certificate-in-use';
      readonly what: string;
      readonly subject: string;
      readonly until: Instant;
      readonly fingerprint: string;
    }
  | {
      readonly kind: 'policy-loaded';
      readonly revision: number;
      readonly sources: number;
      readonly connectors: number;
    }
  | { readonly kind: 'policy-refused'; readonly text: string }
  | {
      readonly kind: 'session-refused';
      readonly address: string;
      readonly listener: string;
      readonly rule: string;
      readonly text: string;
    }
  | {
      readonly kind: 'session-ended';
      readonly address: string;
      readonly listener: string;
      readonly reason: string;
      readonly messages: number;
      readonly ref: string;
      readonly tls?: string;
    }
  | {
      readonly kind: 'refused';
      readonly ref: string;
      readonly address: string;
      readonly listener: string;
      readonly source?: string;
      readonly sender?: string;
      readonly recipient?: string;
      readonly helo?: string;
      readonly stage: string;
      readonly reply: string;
      readonly rule: string;
      readonly explanation: string;
      readonly tls?: string;
    }
  | {
      readonly kind: 'login';
      readonly ref: string;
      readonly address: string;
      readonly listener: string;
      readonly username: string;
      readonly source: string;
      readonly tls?: string;
    }
  /** Once in a session for each source: who it is, and how well the session is protected. */
  | {
      readonly kind: 'recognised';
      readonly source: string;
      readonly address: string;
      readonly listener: string;
      readonly tls?: string;
      readonly cipher?: string;
      readonly login?: string;
      readonly certificate?: string;
    }
  | {
      readonly kind: 'login-failed';
      readonly ref: string;
      readonly address: string;
      readonly listener: string;
      readonly username: string;
      readonly rule: string;
      readonly explanation: string;
    }
  | {
      readonly kind: 'refusals-suppressed';
      readonly scope: 'address' | 'strangers' | 'sources';
      readonly of?: 'refused' | 'login-failed' | 'session-refused';
      readonly address?: string;
      readonly source?: string;
      readonly count: number;
      readonly rule: string;
      readonly since: Instant;
    }
  | {
      readonly kind: 'accepted';
      readonly id: string;
      readonly source: string;
      readonly address: string;
      readonly sender: string;
      readonly recipients: number;
      /** Of the recipients, each once; the first `domainsToldMax`. */
      readonly domains?: readonly string[];
      readonly bytes: number;
      readonly helo?: string;
    }
  | {
      readonly kind: 'attempted';
      readonly id: string;
      readonly source?: string;
      readonly connector: string;
      readonly host: string;
      readonly relayed: number;
      readonly deferred: number;
      readonly failed: number;
      readonly inDoubt: number;
      readonly durationMs: number;
      readonly tls?: string;
      readonly reply?: string;
      readonly text?: string;
    }
  | {
      readonly kind: 'settled';
      readonly id: string;
      readonly source?: string;
      readonly connector?: string;
      readonly result: 'relayed' | 'failed' | 'expired' | 'mixed';
      readonly ageMs: number;
    }
  | {
      readonly kind: 'notice';
      readonly id: string;
      readonly about: string;
      readonly action: 'failed' | 'delayed' | 'relayed';
      readonly to: string;
    }
  | {
      readonly kind: 'connector-suspended';
      readonly connector: string;
      /** Domain that alone is suspended, where the connector reaches many (`mx`); absent: the whole connector. */
      readonly destination?: string;
      readonly reason: string;
      readonly until?: Instant;
    }
  | { readonly kind: 'connector-resumed'; readonly connector: string; readonly destination?: string }
  /** What this sender may not do by this connector: its mail waits, that of others goes on. */
  | {
      readonly kind: 'sender-suspended';
      readonly connector: string;
      readonly sender: string;
      readonly reason: string;
      readonly until: Instant;
    }
  | { readonly kind: 'sender-resumed'; readonly connector: string; readonly sender: string }
  /** The next hop wants fewer connections, or has taken so many again. */
  | {
      readonly kind: 'connector-paced';
      readonly connector: string;
      /** At a time, from now on. */
      readonly connections: number;
      /** `limits.connections`. */
      readonly limit: number;
      /** Absent: it rises again. */
      readonly reason?: string;
    }
  /** A fault of set-up, at its first failure: TLS, certificate, login, permission to relay. Told once until it changes. */
  | {
      readonly kind: 'connector-trouble';
      readonly connector: string;
      /** Domain that alone is concerned, where the connector reaches many (`mx`). */
      readonly destination?: string;
      /** Whose mail alone meets it; absent: everybody's. */
      readonly sender?: string;
      readonly host: string;
      readonly code: string;
      readonly stage: string;
      readonly text: string;
    }
  /** Something was taken that way again. */
  | {
      readonly kind: 'connector-trouble-over';
      readonly connector: string;
      readonly destination?: string;
      readonly sender?: string;
      readonly code: string;
    }
  /** What mailbox or tenant may send within hours is used to four fifths, or altogether. Told once each. */
  | {
      readonly kind: 'quota-low';
      readonly connector: string;
      /** `recipients in 24 hours of mailbox relay@contoso.com`. */
      readonly quota: string;
      readonly state: 'low' | 'exhausted';
      readonly used: number;
      readonly limit: number;
      readonly runsOutAt?: Instant;
      readonly freeAt?: Instant;
    }
  /** Mail that no connector of the policy takes: it waits for a changed policy, and expires like any other. */
  | {
      readonly kind: 'no-route';
      readonly id: string;
      readonly source?: string;
      readonly recipient: string;
      readonly text: string;
    }
  | {
      readonly kind: 'operator';
      readonly id: string;
      readonly action: string;
      readonly by: string;
      readonly result: string;
    }
  | { readonly kind: 'store-trouble'; readonly text: string }
  | { readonly kind: 'store-recovered' }
  /** An output of the log cannot write; its lines wait, within bounds. */
  | { readonly kind: 'log-trouble'; readonly output: string; readonly text: string }
  /** It writes again; `lost`: lines that it never got. */
  | { readonly kind: 'log-recovered'; readonly output: string; readonly lost: number }
  | {
      readonly kind: 'doctor-run';
      readonly by: string;
      readonly ms: number;
      readonly ok: number;
      readonly warn: number;
      readonly fail: number;
      readonly unknown: number;
      /** Findings that got worse since the run before. */
      readonly changed: string;
    }
  | {
      readonly kind: 'alert-opened';
      readonly id: string;
      readonly rule: string;
      readonly subject: string;
      readonly severity: 'warning' | 'critical';
      readonly text: string;
    }
  | {
      readonly kind: 'alert-closed';
      readonly id: string;
      readonly rule: string;
      readonly subject: string;
      readonly openMs: number;
    }
  /** At the first try, and when it is given up. */
  | {
      readonly kind: 'alert-not-sent';
      readonly id: string;
      readonly channel: string;
      readonly text: string;
      readonly isGivenUp: boolean;
    }
  | { readonly kind: 'fault'; readonly where: string; readonly text: string; readonly stack?: string };

export interface Events {
  emit(event: RelayEvent): void;
}

/** For tests: keeps what was emitted. */
export class RecordedEvents implements Events {
  readonly list: RelayEvent[] = [];

  emit(event: RelayEvent): void {
    this.list.push(event);
  }

  /** How often each kind was emitted: what tests of whole flows assert on. */
  counts(): Record<string, number> {
    const counts = new Map<string, number>();
    for (const { kind } of this.list) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return Object.fromEntries(counts);
  }
}

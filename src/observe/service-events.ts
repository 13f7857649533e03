/** Events of the relay itself: start and stop, policy, what ends, copies, alerts, store and log. */
import type { Instant } from '../platform/clock.ts';

export type ServiceEvent =
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
  /** The review blocks an address by itself, because `review.block` lets it. */
  | {
      readonly kind: 'address-blocked';
      readonly address: string;
      readonly until: Instant;
      readonly finding: string;
      readonly text: string;
    }
  | {
      readonly kind: 'address-unblocked';
      readonly address: string;
      readonly why: 'time' | 'source' | 'person';
      readonly by?: string;
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

/** What the admin API works on; the composition root gives it. */
import type { FindingsView } from '../../contract/schemas.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { Access } from '../accounts/access.ts';
import type { AuditLog } from '../observe/audit/audit-log.ts';
import type { Events } from '../observe/events.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import type { Policy } from '../policy/policy.ts';
import type { Queue } from '../queue/queue.ts';

export interface AdminContext {
  readonly version: string;
  readonly hostname: string;
  readonly startedAt: Instant;
  /** Data directory. */
  readonly data: string;
  /** Name of the engine. */
  readonly storeName: string;
  readonly clock: Clock;
  readonly events: Events;
  readonly queue: Queue;
  readonly policy: { readonly current: Policy };
  readonly policies: PolicyControl;
  readonly delivery: DeliveryControl;
  /** Who may use console and API. */
  readonly access: Access;
  readonly audit: AuditLog;
  listeners(): readonly ListenerState[];
  /** Secrets and certificates that end next; `days` remain, negative after the end. */
  expiries(): readonly { readonly what: string; readonly at: Instant; readonly days: number }[];
  /** Why mail is not taken at the moment; `undefined`: it is. No I/O. */
  trouble(): string | undefined;
  /** Metrics as text. */
  scrape(): Promise<string>;
}

export interface ListenerState {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly tls: string;
  readonly connections: number;
}

/** The part of Delivery that the API shows and steers. */
export type DeliveryControl = Pick<Delivery, 'status' | 'suspend' | 'resume' | 'letGo' | 'noticesForDelete'>;

export interface PolicyRevision {
  readonly revision: number;
  readonly at: Instant;
  readonly author: string;
  /** Lines against the revision before. */
  readonly added: number;
  readonly removed: number;
}

export type PolicyChange =
  | { readonly kind: 'changed' }
  | { readonly kind: 'faulty'; readonly findings: FindingsView['findings'] }
  | { readonly kind: 'not-here'; readonly reason: string };

export interface PolicyControl {
  readonly managed: 'file' | 'inline' | 'store';
  readonly file: string | undefined;
  /** The newest version, where it was refused and the one before is still in force. */
  readonly refused: { readonly at: Instant; readonly text: string } | undefined;
  /** The document in force, as it was read. */
  readonly document: Readonly<Record<string, unknown>>;
  validate(text: string): Promise<FindingsView>;
  /** Only where `managed` is `store`. */
  put(text: string, author: string): Promise<PolicyChange>;
  /** Only where `managed` is `file`. */
  reload(): Promise<PolicyChange>;
  revisions(): Promise<readonly PolicyRevision[]>;
  /** `diff`: lines with `+` or `-` in front. */
  revision(revision: number): Promise<
    | (PolicyRevision & {
        readonly document: Readonly<Record<string, unknown>>;
        readonly diff: readonly string[];
      })
    | undefined
  >;
}

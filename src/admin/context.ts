/** What the admin API works on; the composition root gives it. */
import type { Delivery } from '../delivery/delivery.ts';
import type { Watch } from '../alerts/watch.ts';
import type { Access } from '../accounts/access.ts';
import type { AuditLog } from '../observe/audit/audit-log.ts';
import type { Resend } from '../accept/resend.ts';
import type { Events } from '../observe/events.ts';
import type { Live } from '../observe/traffic/live.ts';
import type { Sightings } from '../observe/traffic/sightings.ts';
import type { Statistics } from '../observe/traffic/statistics.ts';
import type { Strangers } from '../observe/traffic/strangers.ts';
import type { TranscriptBook } from '../observe/transcripts/transcript-book.ts';
import type { LoginGuard } from '../policy/login.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import type { Policy } from '../policy/policy.ts';
import type { Queue } from '../queue/queue.ts';
import type { LoadedNodeConfig } from '../config/load.ts';
import type { RateBook } from '../policy/rates.ts';
import type { SpfQuestion, SpfVerdict } from '../protocol/spf/spf.ts';
import type { Refusal } from '../policy/verdict.ts';
import type { KeepingControl } from './keeping/keeping-control.ts';
import type { PolicyControl } from './policy-control.ts';
import type { SignInControl } from './connectors/sign-in-control.ts';
import type { CertificateFacts } from './setup/certificate-facts.ts';
import type { SetupTenant } from '../diagnostics/microsoft365/setup-input.ts';
import type { ArrivalBook } from '../diagnostics/arrival/arrival-book.ts';
import type { Doctor } from '../diagnostics/doctor/doctor.ts';
import type { TestBenchControl } from './test-bench/test-bench-control.ts';
import type { CutOverControl } from './strangers/cut-over-control.ts';
import type { DecisionBook } from './strangers/decision-book.ts';

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
  readonly traffic: TrafficControl;
  /** Sends the content of a message again, as a new message. */
  readonly resend: Resend;
  listeners(): readonly ListenerState[];
  /** What one more connection from an address would be told by a listener that has its fill; `undefined`: it is let in. */
  wouldAdmit(listener: string, address: string): Refusal | undefined;
  readonly node: Pick<
    LoadedNodeConfig,
    'listeners' | 'console' | 'file' | 'alerts' | 'reminders' | 'retention' | 'backup' | 'tracing' | 'egress'
  >;
  /** Calendar, backups, reports, review of the log, retention. */
  readonly keeping: KeepingControl;
  readonly rates: Pick<RateBook, 'wouldAdmit' | 'wouldOpen'>;
  /** SPF of a sender, looked up and remembered as the listeners do. */
  spf(question: Omit<SpfQuestion, 'now'>): Promise<SpfVerdict>;
  /** Why a message of so many octets is not taken at the moment; no I/O. */
  room(bytes: number | undefined): Refusal | undefined;
  /** People who sign in for connectors. */
  readonly signIns: SignInControl;
  /** What a listener would answer a client of this address; nothing is counted or kept. */
  rehearse(
    listener: string,
    address: string,
    lines: readonly string[],
  ): Promise<readonly { readonly line: string; readonly reply: string }[]>;
  /** Conversations that are held to be looked at, and validations of connectors. */
  readonly testBench: TestBenchControl;
  /** Tenants of the policy with the routes that use them. */
  setupTenants(): readonly SetupTenant[];
  /** What Exchange told about our messages. */
  readonly arrivals: Pick<ArrivalBook, 'of' | 'put'>;
  readonly doctor: Pick<Doctor, 'checks' | 'last' | 'history' | 'running' | 'nextAt' | 'run'>;
  readonly cutOver: CutOverControl;
  /** What was decided about unknown senders, beside `blocked` of the policy. */
  readonly decisions: DecisionBook;
  /** Certificates and secrets of listeners, connectors and sources. */
  certificates(): readonly CertificateFacts[];
  /** Secrets and certificates that end next; `days` remain, negative after the end. */
  expiries(): readonly { readonly what: string; readonly at: Instant; readonly days: number }[];
  /** Why mail is not taken at the moment; `undefined`: it is. No I/O. */
  trouble(): string | undefined;
  /** Checks of the relay itself, alerts and their channels. */
  readonly watch: Pick<Watch, 'health' | 'alerts' | 'channels'>;
  /** Metrics as text. */
  scrape(): Promise<string>;
}

/** What was seen of the mail flow, and lock-outs. */
export interface TrafficControl {
  readonly statistics: Statistics;
  readonly sightings: Sightings;
  readonly strangers: Strangers;
  readonly transcripts: TranscriptBook;
  readonly live: Live;
  readonly logins: Pick<LoginGuard, 'lockOuts' | 'endLockOut'>;
  /** Of an address, in bounded time. */
  reverseName(address: string): Promise<string | undefined>;
}

export interface ListenerState {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly tls: string;
  readonly connections: number;
}

/** The part of Delivery that the API shows and steers. */
export type DeliveryControl = Pick<
  Delivery,
  'status' | 'suspend' | 'resume' | 'resumeSender' | 'letGo' | 'noticesForDelete'
>;

export type { PolicyChange, PolicyControl, PolicyRevision } from './policy-control.ts';

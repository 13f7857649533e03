/** What a check of the doctor is: a question with an input, and findings with evidence, advice and source. */
import type { Conversation } from '../conversation/conversation.ts';
import type { LeafFacts } from './leaf.ts';
import type { ListenerResult } from '../self-test/self-test.ts';
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { ListenerConfig } from '../../config/node-schema.ts';
import type { TokenResult } from '../../connector/identity/token-source.ts';
import type { Clock, Instant } from '../../platform/clock.ts';
import type { Dns } from '../../platform/dns.ts';
import type { Policy } from '../../policy/policy.ts';

export type State = 'ok' | 'warn' | 'fail' | 'unknown';

export interface CheckFinding {
  /** What was looked at, for the id: a domain, a connector, a listener; absent: the check has one finding. */
  readonly about?: string;
  readonly state: State;
  readonly input: string;
  readonly evidence: string;
  readonly advice?: string;
  readonly details?: readonly string[];
  /** In place of the check's. */
  readonly source?: string;
}

export interface Check {
  /** Stable name. */
  readonly name: string;
  readonly title: string;
  /** For the reference. */
  readonly looksAt: string;
  /** RFC, or page of Microsoft. */
  readonly source: string;
  /** Milliseconds. */
  readonly timeoutMs: number;
  /** It asks a relay that runs, and has nothing to say from configuration alone. */
  readonly needsRelay?: true;
  /** None: there is nothing to look at. */
  run(context: DoctorContext, signal: AbortSignal): Promise<readonly CheckFinding[]>;
}

/** An address that a next hop saw us come from, without another one between. */
export interface SeenEgress {
  readonly connector: string;
  readonly address: string;
  /** First seen; absent: at `at`. */
  readonly since?: Instant;
  /** Last seen. */
  readonly at: Instant;
}

export interface Quota {
  readonly connector: string;
  readonly quota: string;
  readonly used: number;
  readonly limit: number;
  readonly runsOutAt?: Instant;
}

/** Everything that checks see of the world; each is an effect that tests put in. */
export interface DoctorContext {
  readonly clock: Clock;
  readonly dns: Dns;
  readonly hostname: string;
  readonly policy: Policy;
  readonly listeners: readonly Pick<
    ListenerConfig,
    'name' | 'tls' | 'minimumTls' | 'authWithoutTls' | 'port'
  >[];
  /** Addresses or ranges from which this relay is said to reach the outside; empty: nobody said. */
  readonly expectedEgress: readonly string[];
  /** The conversation of a connector up to its login, without MAIL; held once a run. */
  conversation(connector: ConnectorConfig, signal: AbortSignal): Promise<Conversation>;
  /** `undefined`: the connector has no token. Fetched once a run. */
  token(connector: ConnectorConfig, signal: AbortSignal): Promise<TokenResult | undefined>;
  /** Leaf and chain that the listeners present. */
  readonly identity: readonly LeafFacts[];
  /** Client certificate chain of a connector, as far as it has one. */
  clientCertificate(connector: ConnectorConfig): LeafFacts | undefined;
  readonly disk: { readonly path: string; readonly minimumFree: number; free(): Promise<number | undefined> };
  /** Where next hops saw us, the newest last; over runs, this one not among them. */
  readonly egressHistory: readonly SeenEgress[];
  /** Absent without a relay that runs. */
  readonly relay?: RelayContext;
}

export interface RelayContext {
  selfTest(): Promise<readonly ListenerResult[]>;
  quotas(): readonly Quota[];
  /** TLS versions of clients by source, as observed. */
  tlsSeen(): readonly { readonly source: string; readonly version: string; readonly lastAt: Instant }[];
}

/**
 * The compiled policy: an immutable value made from one validated document. Everything that decides works
 * on it and on facts given as arguments, so the same functions answer the live session, the dry run and
 * the replay of yesterday's traffic.
 */
import type { Priority } from '../message/message.ts';
import type { Instant } from '../platform/clock.ts';
import type { Mailbox, ReversePath } from '../protocol/address.ts';
import type { AgeingConfig } from '../config/ageing-schema.ts';
import type { ConnectorConfig, QuirkName, RepairName, SourceConfig } from '../config/policy-schema.ts';

/** A pattern of addresses: `user@domain`, `*@domain`, `*@*.domain`, `*`. */
export interface AddressMatcher {
  /** The most specific pattern that matches, as written; `undefined` when none does. */
  match(address: Mailbox): string | undefined;
  readonly patterns: readonly string[];
}

/** How a permission ends, in this order; equal moments: there is no such stage. */
export interface Ends {
  /** As it is written: from here on it still holds, with a warning. */
  readonly at: Instant;
  /** From here on its mail is accepted and held. */
  readonly heldFrom: Instant;
  /** From here on it is refused. */
  readonly refusedFrom: Instant;
}

/** An address or a range that is refused before it can say anything. */
export interface BlockRule {
  /** As the document has it. */
  readonly written: string;
  /** The same in its one form: `10.20.0.0/28`. */
  readonly range: string;
  /** The relay blocks it by itself, for a time; absent: the policy says so. */
  readonly by?: 'review';
  readonly note?: string;
  readonly expiresAt?: Instant;
}

/** Who may send: a source of the document with its matchers. */
export interface Source {
  readonly name: string;
  readonly config: SourceConfig;
  readonly senders: AddressMatcher;
  readonly recipients: AddressMatcher;
  /** The source is refused from this moment on: the end of its permission, with grace and quarantine. */
  readonly expiresAt?: Instant;
  /** The end as it is written, and what follows it; absent: it has none. */
  readonly ends?: Ends;
  readonly repairs: ReadonlySet<RepairName>;
  readonly quirks: ReadonlySet<QuirkName>;
}

/** A way out, as routing sees it. */
export interface ConnectorRule {
  readonly name: string;
  readonly config: ConnectorConfig;
  /** Another number: the files and secrets that `config` names have another content. Absent: nobody has read them. */
  readonly secretsVersion?: number;
}

export interface Policy {
  /** Number of the revision, starting at 1; 0 is the empty policy. */
  readonly revision: number;
  readonly sources: ReadonlyMap<string, Source>;
  readonly connectors: ReadonlyMap<string, ConnectorRule>;
  /** Sources with a login, by exact user name. */
  readonly logins: ReadonlyMap<string, Source>;
  /** Finds networks by address; see recognise.ts. */
  readonly networks: NetworkIndex;
  /** Finds sources by client certificate; see recognise.ts. */
  readonly certificates: CertificateIndex;
  /** Finds connectors by recipient domain; see route.ts. */
  readonly routes: RouteTable;
  /** How long before its end a permission is reminded of, and what follows it, in milliseconds. */
  readonly ageing: AgeingConfig;
  /** Blocked ranges, the most specific first; almost always few. */
  readonly blocked: BlockList;
  /** Settings that need an explicit word, in words, for every start and for `check-config`. */
  readonly dangers: readonly string[];
}

export interface NetworkRule {
  readonly source: Source;
  /** As written: `10.20.0.0/28`. */
  readonly range: string;
  readonly prefixBits: number;
  /** As that of a source. */
  readonly expiresAt?: Instant;
  readonly ends?: Ends;
  readonly note?: string;
}

export interface NetworkIndex {
  /** All rules that hold this address, the longest prefix first. */
  lookup(address: string): readonly NetworkRule[];
  /** The rule nearest to an address that no rule holds, for explanations. */
  nearest(address: string): NetworkRule | undefined;
  readonly size: number;
}

export interface BlockList {
  readonly size: number;
  /** The rule that blocks this address at this moment. */
  find(address: string, at: Instant): BlockRule | undefined;
  readonly rules: readonly BlockRule[];
}

export interface CertificateIndex {
  /** By SHA-256 of the DER form, lower-case hexadecimal. */
  readonly fingerprints: ReadonlyMap<string, Source>;
  /** By subject common name, lower case. */
  readonly commonNames: ReadonlyMap<string, Source>;
  /** By DNS name of the subjectAltName, lower case. */
  readonly dnsNames: ReadonlyMap<string, Source>;
}

/** One address space of one connector. */
export interface RouteRule {
  readonly connector: ConnectorRule;
  /** As written: `*.contoso.com`. */
  readonly pattern: string;
  /** The same for patterns that are alike. */
  readonly key: string;
  readonly cost: number;
  /** Position in the document: what decides between equals. */
  readonly order: number;
}

/** Why a connector whose address space holds the recipient is not used. */
export interface PassedOver {
  readonly connector: string;
  readonly code:
    | 'source'
    | 'sender'
    | 'tenant'
    | 'recipients'
    | 'message-bytes'
    /** What the route can never take; see `RouteLimit`. */
    | RouteLimit['code']
    | 'quota'
    | 'less-secure';
  /** A sentence without its end: `it takes internal recipients only, and x.example is none`. */
  readonly reason: string;
}

/** Why a route could never take this message, known before anything is sent. */
export interface RouteLimit {
  readonly connector: string;
  readonly code: 'message-too-large' | 'external-recipient' | 'null-sender-needs-certificate';
  readonly reason: string;
  /** `transient`: it is held, because a change of the configuration can let it pass. */
  readonly permanence: 'transient' | 'permanent';
  /** RFC 3463. */
  readonly status: string;
}

/** A connector that may follow another one. */
export interface FallbackStep {
  readonly connector: string;
  /** It is not used, because it is less secure and nothing permits that: in what. */
  readonly lessSecure?: string;
}

export interface RouteTable {
  /** Address spaces that hold a domain (`Mailbox.domainKey`), in the order in which they apply. */
  matching(domainKey: string): readonly RouteRule[];
  /** The first condition of the connector that this message does not meet. */
  unmet(connector: ConnectorRule, question: RouteQuestion): PassedOver | undefined;
  /** What its route could never take of this message, whatever its conditions. */
  limit(connector: ConnectorRule, question: RouteQuestion): RouteLimit | undefined;
  /** What follows it, in order: its own fallbacks, then theirs. */
  fallbacks(connector: ConnectorRule): readonly FallbackStep[];
  /** Name of the tenant whose accepted domain this is; `undefined` where there are not several tenants. */
  tenantOf(domainKey: string): string | undefined;
}

/** What quotas leave to a connector for one message. */
export type QuotaOutlook =
  | { readonly kind: 'room' }
  /** It has room again, though little: it is left alone while another one has more. */
  | { readonly kind: 'recovering'; readonly quota: string }
  | { readonly kind: 'wait'; readonly waitMs: number; readonly quota: string };

/** What a sender's message looks like to routing. */
export interface RouteQuestion {
  readonly source: string | undefined;
  readonly sender: ReversePath;
  readonly recipient: Mailbox;
  /** Octets of the message; absent: not known, and nothing is decided by size. */
  readonly bytes?: number;
  /** Absent: `normal`. */
  readonly priority?: Priority;
  /** By name of a connector; absent: nothing is known of quotas. */
  readonly outlook?: (connector: string) => QuotaOutlook;
  /** Connector that an operator chose. */
  readonly reroute?: string;
}

/** What an old relay permits and does, as far as its files say: values between the readers and the proposal. */
import type { NetworkRange } from '../config/network-range.ts';
import type { SeenClient } from './seen.ts';

/** Something to be told to a person, with the place that it is about: `main.cf:12 mynetworks`. */
export interface Note {
  readonly from: string;
  readonly text: string;
}

export interface FoundRange {
  readonly range: NetworkRange;
  readonly from: string;
}

/** Clients that the old relay lets send by their address. */
export interface Permission {
  readonly name: string;
  readonly from: string;
  readonly ranges: readonly FoundRange[];
  readonly requireTls: boolean;
  /** Octets; absent: no bound of its own. */
  readonly messageBytes?: number;
}

/** A way on which the old relay sends mail. */
export interface WayOut {
  readonly name: string;
  readonly from: string;
  /** Domain pattern of recipients. */
  readonly pattern: string;
  /** Sender patterns; absent: all senders. */
  readonly senders?: readonly string[];
  /** `host` or `host:port`, in their order; none: by the MX records of the recipient. */
  readonly hosts: readonly string[];
  readonly tls: 'required' | 'opportunistic';
  readonly implicitTls?: boolean;
  /** The old relay logs in there. The password is never part of this. */
  readonly login?: { readonly username?: string; readonly from: string };
}

export type OldSystem = 'postfix';

export interface Inventory {
  readonly system: OldSystem;
  readonly permissions: readonly Permission[];
  readonly waysOut: readonly WayOut[];
  /** Domains whose mail the old relay takes for its own. */
  readonly domains: readonly { readonly domain: string; readonly from: string }[];
  /** What belongs in relay365.yaml. */
  readonly node: readonly Note[];
  readonly notTaken: readonly Note[];
  /** What was dangerous about the old relay. */
  readonly dangers: readonly Note[];
  /** Who really sent, by its logs. */
  readonly seen: readonly SeenClient[];
}

/** The same while a reader fills it. */
export type Draft = {
  -readonly [Key in keyof Inventory]: Inventory[Key] extends readonly (infer T)[] ? T[] : Inventory[Key];
};

export function emptyInventory(system: OldSystem): Draft {
  return { system, permissions: [], waysOut: [], domains: [], node: [], notTaken: [], dangers: [], seen: [] };
}

/** What the relay does with mail that met a reply of Microsoft 365, and how long it waits. */

/**
 * Whom a reply concerns. `connector`: every message that goes this way. `destination`: the mailbox or tenant that we send
 * as, so other mailboxes of the same route go on. `message` and `recipient`: only these.
 */
export type Scope = 'connector' | 'destination' | 'message' | 'recipient';

/**
 * What Microsoft 365 counts: messages of a mailbox in a minute, its recipients in a day, the external recipients of a tenant
 * in a day (TERRL), and those of its senders at onmicrosoft.com.
 */
export type Exhausted = 'messages' | 'recipients' | 'external' | 'external-from-onmicrosoft';

/** Milliseconds. Grow from `min` to `max`, with jitter, unless the reply names a wait itself. */
export interface BackOff {
  readonly minMs: number;
  readonly maxMs: number;
}

interface Common {
  readonly scope: Scope;
  /** Time alone cures it; false: a person or a change of settings must. */
  readonly clearsItself: boolean;
  /** Tell the administrator at once, also where the mail goes on. */
  readonly alarm: boolean;
}

export type Verdict =
  /** Try again. `freshToken`: with a new access token. `split`: what was not taken goes with another transaction. */
  | (Common & {
      readonly kind: 'transient';
      readonly backOff: BackOff;
      readonly freshToken?: true;
      readonly split?: true;
    })
  /** Too much or too fast: keep the mail whatever the code, 5xx included, and send less. */
  | (Common & {
      readonly kind: 'throttle';
      readonly backOff: BackOff;
      /** Halve the parallel connections or requests. */
      readonly fewerConnections: boolean;
      /** The limit that is used up; of those that end in `external` internal recipients know nothing. */
      readonly exhausted?: Exhausted;
    })
  /** Return to the sender. `otherRoute`: first offer it to a fallback, which may take what this route cannot. */
  | (Common & { readonly kind: 'permanent'; readonly otherRoute?: true })
  /**
   * Set-up is wrong: stop after a few, alarm, keep the mail. Repeating it gets the mailbox blocked (5.2.251 to 5.2.255).
   * `freshToken`: try once more with a new access token before believing it.
   */
  | (Common & { readonly kind: 'configuration'; readonly freshToken?: true })
  /** This sender may not send so: stop this sender, alarm, keep the mail; others go on. */
  | (Common & { readonly kind: 'sender' })
  /** Say the same again over IPv4. */
  | (Common & { readonly kind: 'retry-over-ipv4'; readonly backOff: BackOff });

type Duration = `${number}${'s' | 'm' | 'h'}`;
const unitMs = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** `pause('1m', '30m')`. */
export function pause(min: Duration, max: Duration): BackOff {
  return { minMs: toMs(min), maxMs: toMs(max) };
}

function toMs(duration: Duration): number {
  return Number(duration.slice(0, -1)) * unitMs[duration.slice(-1) as keyof typeof unitMs];
}

export function transient(
  scope: Scope,
  backOff: BackOff,
  more: Pick<Extract<Verdict, { kind: 'transient' }>, 'freshToken' | 'split'> & {
    /** Somebody must act before it can succeed. */
    readonly needs?: 'administrator';
  } = {},
): Verdict {
  const { needs, ...rest } = more;
  const needsSomebody = needs === 'administrator';
  return { kind: 'transient', scope, backOff, clearsItself: !needsSomebody, alarm: needsSomebody, ...rest };
}

export function throttle(
  scope: Scope,
  backOff: BackOff,
  more: {
    readonly fewerConnections?: true;
    readonly exhausted?: Exhausted;
    readonly alarm?: true;
  } = {},
): Verdict {
  const { fewerConnections = false, alarm = false, ...rest } = more;
  return { kind: 'throttle', scope, backOff, clearsItself: true, alarm, fewerConnections, ...rest };
}

export function permanent(
  scope: Scope,
  more: { readonly otherRoute?: true; readonly alarm?: true } = {},
): Verdict {
  const { alarm = false, ...rest } = more;
  return { kind: 'permanent', scope, clearsItself: false, alarm, ...rest };
}

export function configuration(scope: Scope, more: { readonly freshToken?: true } = {}): Verdict {
  return { kind: 'configuration', scope, clearsItself: false, alarm: true, ...more };
}

export function sender(scope: Scope): Verdict {
  return { kind: 'sender', scope, clearsItself: false, alarm: true };
}

export function retryOverIpv4(backOff: BackOff): Verdict {
  return { kind: 'retry-over-ipv4', scope: 'connector', backOff, clearsItself: false, alarm: false };
}

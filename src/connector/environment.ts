/** What a connector is given beside its configuration: effects, and what the configuration only names. */
import type { Clock } from '../platform/clock.ts';
import type { Dns } from '../platform/dns.ts';
import type { Random } from '../platform/random.ts';
import type { SignInSlot } from './identity/sign-in.ts';

/** Files and secrets of one connector, already read by the composition root. */
export interface ConnectorSecrets {
  /** Value of `route.login.password`. */
  readonly password?: string;
  /** PEM texts of `ca`, `certificate` and `key`, of the route where they stand there. */
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  /** Value of `proxyLogin.password`. */
  readonly proxyPassword?: string;
  /** What `route.credential` names. */
  readonly credential?: CredentialSecrets;
}

export interface CredentialSecrets {
  readonly password?: string;
  readonly secret?: string;
  /** PEM texts. */
  readonly certificate?: string;
  readonly key?: string;
}

export interface SignIns {
  /** Does no I/O. */
  slotFor(connector: string): SignInSlot;
}

export interface ConnectorEnvironment {
  readonly clock: Clock;
  readonly random: Random;
  readonly dns: Dns;
  /** EHLO name where the connector has no `heloName`. */
  readonly hostname: string;
  readonly secrets: ConnectorSecrets;
  /** Where sign-ins of people are kept; absent: nowhere, and a credential that needs one is refused. */
  readonly signIns?: SignIns;
  /** Is told each question for an access token. */
  readonly onTokenRequest?: (connector: string, result: 'issued' | 'failed') => void;
  /** Which addresses an MX may not lead to because they are our own; absent: those of this machine. */
  readonly isOwnAddress?: (address: string) => boolean;
}

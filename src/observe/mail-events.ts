/** Events of sessions and of the mail that they bring, from the connection to the settlement. */
import type { Instant } from '../platform/clock.ts';

export type MailEvent =
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
    };

/** Signing a person in for a connector, as the API needs it. */
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { Instant } from '../../platform/clock.ts';

export type SignInProgress =
  | { readonly kind: 'waiting'; readonly code: string; readonly url: string; readonly expiresAt: Instant }
  /** `who`: user principal name, where the token says it. */
  | { readonly kind: 'done'; readonly at: Instant; readonly who?: string }
  | { readonly kind: 'failed'; readonly at: Instant; readonly text: string };

export interface SignInControl {
  /** Throws `TypeError` where the connector takes no sign-in; rejects with words when no code can be had. */
  begin(config: ConnectorConfig): Promise<SignInProgress>;
  progress(connector: string): SignInProgress | undefined;
  /** Of the sign-in that is kept. */
  endOf(connector: string): { readonly at: Instant; readonly isRefused: boolean } | undefined;
}

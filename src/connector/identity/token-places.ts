/** Where tokens for the routes come from and what they are for, in each of Microsoft's clouds. */
import { cloudNamed } from '../../../microsoft365/clouds.ts';
import type { Cloud } from '../../config/route-defaults.ts';

export interface TokenPlace {
  readonly authority: string;
  /** Absent: not published for this cloud, so the configuration names it. */
  readonly scope?: string;
  /** What a token's `aud` may be; empty: nobody knows, so it is not compared. */
  readonly audiences: readonly string[];
  /** Application permission. */
  readonly role: string;
}

// Application ids of the two resources, the same in every cloud; tokens of version 2 name them instead of the URL.
const exchangeId = '00000002-0000-0ff1-ce00-000000000000';
const graphId = '00000003-0000-0000-c000-000000000000';

/** The same resource under the name of the delegated permissions. */
const exchangeAlias = 'https://outlook.office.com';

export function exchangeTokens(cloud: Cloud, role: string): TokenPlace {
  const { authority, smtpScope } = cloudNamed(cloud);
  return {
    authority: `https://${authority}`,
    role,
    ...(smtpScope === undefined
      ? { audiences: [] }
      : { scope: smtpScope, audiences: [resourceOf(smtpScope), exchangeAlias, exchangeId] }),
  };
}

export function graphTokens(cloud: Cloud): TokenPlace {
  const { authority, graphScope } = cloudNamed(cloud);
  return {
    authority: `https://${authority}`,
    scope: graphScope,
    audiences: [resourceOf(graphScope), graphId],
    role: 'Mail.Send',
  };
}

export function resourceOf(scope: string): string {
  return scope.replace(/\/\.default$/, '');
}

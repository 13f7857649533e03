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
  /** The same in the name of a person who signed in. */
  readonly delegated: {
    readonly permission: string;
    /** Resource that the permissions of a person stand under; absent: not published for this cloud. */
    readonly resource?: string;
  };
}

// Application ids of the two resources, the same in every cloud; tokens of version 2 name them instead of the URL.
const exchangeId = '00000002-0000-0ff1-ce00-000000000000';
const graphId = '00000003-0000-0000-c000-000000000000';

/** The same resource under the name of the delegated permissions. */
const exchangeAlias = 'https://outlook.office.com';

/** `permissions`: of an application, and of it in the name of a person. */
export function exchangeTokens(
  cloud: Cloud,
  permissions: { readonly application: string; readonly delegated: string },
): TokenPlace {
  const { authority, smtpScope } = cloudNamed(cloud);
  const resource = smtpScope === undefined ? undefined : resourceOf(smtpScope);
  return {
    authority: `https://${authority}`,
    role: permissions.application,
    delegated: {
      permission: permissions.delegated,
      ...(resource !== undefined && { resource: cloud === 'worldwide' ? exchangeAlias : resource }),
    },
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
    delegated: { permission: 'Mail.Send', resource: resourceOf(graphScope) },
  };
}

/** The resource of a scope such as `https://graph.microsoft.com/.default` or `…/Mail.Send`. */
export function resourceOf(scope: string): string {
  return scope.replace(/\/[A-Za-z.]*$/, '');
}

/** What a person is asked to consent to; `offline_access` gives the refresh token. Throws `TypeError`. */
export function delegatedScope(
  { delegated: { permission, resource } }: TokenPlace,
  written: string | undefined,
  more: readonly string[],
): string {
  if (written === undefined && resource === undefined)
    throw new TypeError('the scope for this cloud is not published: name it');
  const base = written === undefined ? resource : resourceOf(written);
  const first = written ?? `${base}/${permission}`;
  return [first, ...more.map((one) => `${base}/${one}`), 'offline_access'].join(' ');
}

/** Limits of Microsoft 365, each once, with what it means for mail. Pure. */
import type { LimitsView } from '../../../contract/schemas.ts';
import type { ConnectorStatus } from '../../delivery/status.ts';
import { formatInstant } from '../../platform/clock.ts';

type Item = LimitsView['items'][number];
type Quota = ConnectorStatus['quotas'][number];

/** From this share on a limit is called low; the same as that of delivery's warnings. */
const lowShare = 0.8;

/** The fullest first. Connectors of one mailbox or tenant share their limits. */
export function limitViews(connectors: readonly ConnectorStatus[]): Item[] {
  const found = new Map<string, { readonly quota: Quota; readonly names: string[] }>();
  for (const { name, quotas } of connectors) {
    for (const quota of quotas) {
      const known = found.get(quota.quota);
      if (known) known.names.push(name);
      else found.set(quota.quota, { quota, names: [name] });
    }
  }
  return Array.from(found.values(), ({ quota, names }) => limitView(quota, names)).toSorted(
    (a, b) => b.used / b.limit - a.used / a.limit,
  );
}

function limitView(level: Quota, connectors: string[]): Item {
  const { quota, scope, owner, used, limit, free, runsOutAt, freeAt } = level;
  const state = free === 0 ? 'exhausted' : used >= limit * lowShare ? 'low' : 'free';
  return {
    quota,
    scope,
    owner,
    connectors,
    used,
    limit,
    free,
    state,
    ...(runsOutAt !== undefined && { runsOutAt: formatInstant(runsOutAt) }),
    ...(freeAt !== undefined && { freeAt: formatInstant(freeAt) }),
    consequence: consequence({ state, runsOutAt, freeAt }, connectors),
  };
}

function consequence(
  about: { readonly state: Item['state'] } & { readonly [K in 'runsOutAt' | 'freeAt']: number | undefined },
  connectors: readonly string[],
): string {
  const { state, runsOutAt, freeAt } = about;
  const names = connectors.join(', ');
  if (state === 'exhausted') {
    const until = freeAt === undefined ? '' : ` until ${new Date(freeAt).toISOString()}`;
    return `Mail of ${names} waits${until}; bulk mail waits longest.`;
  }
  if (runsOutAt !== undefined) {
    return `At the rate of the last hour mail of ${names} will wait from ${new Date(runsOutAt).toISOString()} on.`;
  }
  return state === 'low'
    ? `Bulk mail of ${names} waits already, so that the rest finds room.`
    : 'Nothing waits for it.';
}

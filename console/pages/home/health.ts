/** One sentence of health out of what the relay says of itself. Pure. */
import type { ConnectorView } from '../../../contract/schemas/connectors.ts';
import type { Status } from '../../../contract/schemas/system.ts';
import { lengthOfTime } from '../../parts/time.ts';
import { countOf } from '../../parts/words.ts';
import { listBehind } from './counts.ts';

export interface Said {
  readonly text: string;
  /** Where what it counts is listed. */
  readonly to?: string;
  readonly search?: Readonly<Record<string, string>>;
}

export interface Health {
  readonly intent: 'success' | 'warning' | 'error';
  /** The worst first. */
  readonly sentences: readonly Said[];
}

/** The oldest message may wait so long, in milliseconds, before the sentence speaks of it. */
const oldestMsMax = 15 * 60_000;

export interface Known {
  readonly status: Status;
  readonly connectors: readonly ConnectorView[];
  /** Refused in the last hour. */
  readonly refused: number;
  readonly failed: number;
  readonly now: Date;
}

export function healthOf(known: Known): Health {
  const errors = stopsOf(known);
  const warnings = troublesOf(known);
  if (errors.length > 0) return { intent: 'error', sentences: [...errors, ...warnings] };
  if (warnings.length > 0)
    return { intent: 'warning', sentences: [{ text: 'Mail is flowing.' }, ...warnings] };
  return { intent: 'success', sentences: [{ text: 'Mail is flowing, and nothing needs you.' }] };
}

/** What keeps mail from coming in or going out. */
function stopsOf({ status, connectors }: Known): Said[] {
  const { accepting, trouble } = status;
  const taken = accepting
    ? []
    : [{ text: `No mail is taken${trouble === undefined ? '' : `: ${trouble}`}.` }];
  const suspended = connectors.flatMap(({ name, suspended: why }) =>
    why ? [{ text: `${name} is suspended: ${why.reason}.`, to: `/connectors/${name}` }] : [],
  );
  return [...taken, ...suspended];
}

function troublesOf({ status, refused, failed, now }: Known): Said[] {
  const { oldestActiveAt, active, held } = status.queue;
  const age = oldestActiveAt === undefined ? 0 : now.getTime() - Date.parse(oldestActiveAt);
  const said: (Said | false)[] = [
    age > oldestMsMax && {
      text: `${countOf(active, 'message')} in work, the oldest for ${lengthOfTime(age)}.`,
      to: '/messages',
      search: { status: 'waiting', order: 'oldest' },
    },
    failed > 0 && {
      text: `${countOf(failed, 'message')} failed within the hour.`,
      ...listBehind('failed', 'hour', true),
    },
    held > 0 && { text: `${countOf(held, 'message')} held.`, to: '/messages', search: { status: 'held' } },
    refused > 0 && {
      text: `${countOf(refused, 'attempt was', 'attempts were')} refused within the hour.`,
      ...listBehind('refused', 'hour', true),
    },
    status.policy.refused !== undefined && {
      text: 'A newer version of the policy has faults, so the one before is in force.',
      to: '/policy',
    },
  ];
  return said.filter((one) => one !== false);
}

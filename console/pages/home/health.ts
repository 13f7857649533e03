/** One sentence of health out of what the relay says of itself. Pure. */
import type { ConnectorView } from '../../../contract/schemas/connectors.ts';
import type { Status } from '../../../contract/schemas/system.ts';
import { countOf } from '../../parts/words.ts';

export interface Health {
  readonly intent: 'success' | 'warning' | 'error';
  readonly sentence: string;
  /** Further sentences, the worst first. */
  readonly more: readonly string[];
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

export function healthOf({ status, connectors, refused, failed, now }: Known): Health {
  const errors: string[] = [];
  const warnings: string[] = [];
  if (!status.accepting)
    errors.push(`No mail is taken${status.trouble === undefined ? '' : `: ${status.trouble}`}.`);
  const suspended = connectors.filter((connector) => connector.suspended !== undefined);
  for (const { name, suspended: why } of suspended) errors.push(`${name} is suspended: ${why?.reason}.`);
  const { oldestActiveAt, active, held } = status.queue;
  const age = oldestActiveAt === undefined ? 0 : now.getTime() - Date.parse(oldestActiveAt);
  if (age > oldestMsMax) {
    warnings.push(
      `${countOf(active, 'message')} in work, the oldest for ${Math.floor(age / 60_000)} minutes.`,
    );
  }
  if (failed > 0) warnings.push(`${countOf(failed, 'message')} failed within the hour.`);
  if (held > 0) warnings.push(`${countOf(held, 'message')} held.`);
  if (refused > 0)
    warnings.push(`${countOf(refused, 'attempt was', 'attempts were')} refused within the hour.`);
  if (status.policy.refused)
    warnings.push('A newer version of the policy has faults, so the one before is in force.');
  const [error, ...moreErrors] = errors;
  if (error !== undefined) return { intent: 'error', sentence: error, more: [...moreErrors, ...warnings] };
  if (warnings.length === 0)
    return { intent: 'success', sentence: 'Mail is flowing, and nothing needs you.', more: [] };
  return { intent: 'warning', sentence: `Mail is flowing. ${warnings[0]}`, more: warnings.slice(1) };
}

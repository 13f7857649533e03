/** Checks of the relay itself. */
import type { HealthCheckView } from '../../../contract/schemas.ts';
import type { Check } from '../../alerts/health/check.ts';
import { worst } from '../../alerts/health/check.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { present } from '../present.ts';

export function healthHandlers(context: AdminContext): Pick<Handlers, 'healthChecks'> {
  return {
    healthChecks() {
      const { health } = context.watch;
      const checks = health.board.all();
      const notReadyBecause = [...health.notReadyBecause()];
      const at = health.lastRoundAt;
      return {
        state: notReadyBecause.length > 0 ? 'fail' : worst(checks.map(({ state }) => state)),
        // The same question that /readyz asks.
        ready: context.trouble() === undefined,
        notReadyBecause,
        checks: checks.map(checkView),
        ...present({ checkedAt: at === undefined ? undefined : formatInstant(at) }),
      };
    },
  };
}

function checkView(check: Check): HealthCheckView {
  const { id, title, state, evidence, advice, value, unit } = check;
  return {
    id,
    title,
    state,
    evidence,
    since: formatInstant(check.since),
    checkedAt: formatInstant(check.checkedAt),
    decides: check.decides === true,
    history: check.history.map((point) => ({ ...point, at: formatInstant(point.at) })),
    ...present({ advice, value, unit }),
  };
}

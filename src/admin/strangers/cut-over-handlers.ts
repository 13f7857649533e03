/** The switch of the cut-over mode. */
import type { CutOverView } from '../../../contract/schemas.ts';
import { formatInstant, instant, plus } from '../../platform/clock.ts';
import { cutOverDaysMax, readNetworks } from '../../policy/cut-over.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';

const dayMs = 86_400_000;

export function cutOverHandlers(
  context: AdminContext,
): Pick<Handlers, 'cutOver' | 'startCutOver' | 'stopCutOver'> {
  const view = (): CutOverView => {
    const mode = context.cutOver.current;
    if (!mode) return { active: false, networks: [] };
    return {
      active: true,
      networks: [...mode.networks],
      since: formatInstant(mode.since),
      until: formatInstant(mode.until),
      by: mode.by,
      deferred: context.cutOver.deferred.recipients,
      senders: context.cutOver.deferred.senders,
      ...(mode.note !== undefined && { note: mode.note }),
    };
  };
  return {
    cutOver: view,
    async startCutOver({ body }, caller) {
      const { networks, note } = body;
      const read = readNetworks(networks);
      if (read.kind === 'faulty') {
        const index = networks.indexOf(read.network);
        throw unfit({
          path: `networks.${index}`,
          message: read.reason,
          expected: 'an address or a CIDR range',
        });
      }
      const now = context.clock.now();
      const until = instant(Date.parse(body.until));
      const latest = plus(now, cutOverDaysMax * dayMs);
      if (until <= now || until > latest) {
        throw unfit({
          path: 'until',
          message: until <= now ? 'this moment is over' : `this is more than ${cutOverDaysMax} days away`,
          expected: `a moment up to ${formatInstant(latest)}`,
        });
      }
      await context.cutOver.start({
        networks,
        ranges: read.ranges,
        since: now,
        until,
        by: caller.name,
        ...(note !== undefined && { note }),
      });
      return view();
    },
    async stopCutOver() {
      await context.cutOver.stop();
      return view();
    },
  };
}

function unfit(finding: {
  readonly path: string;
  readonly message: string;
  readonly expected: string;
}): Problem {
  return new Problem(400, 'The request does not fit the schema', undefined, [
    { severity: 'error', ...finding },
  ]);
}

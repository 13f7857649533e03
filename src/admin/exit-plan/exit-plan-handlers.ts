/** The exit plan through the API. */
import type { SeenSource, Step } from '../../diagnostics/exit-plan/exit-plan.ts';
import { effectOf, steps, trendOf } from '../../diagnostics/exit-plan/exit-plan.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { present } from '../present.ts';

export function exitPlanHandlers(context: AdminContext): Pick<Handlers, 'exitPlan'> {
  const { clock, policy, traffic } = context;
  return {
    exitPlan() {
      const { sightings } = traffic;
      const { sources } = policy.current;
      const seen = sightings
        .all()
        // What the policy no longer names is cut off already.
        .filter(({ key }) => sources.has(key))
        .map((sighting): SeenSource => {
          const owner = sources.get(sighting.key)?.config.owner;
          const weeks = sightings
            .weeks([sighting])
            .map(({ counts: [tls = 0, plain = 0, clear = 0] }) => ({ tls, plain, clear }));
          const { key, lastAt, tls, plainSessions, plainLastAt, clearLogins, clearLoginLastAt } = sighting;
          return {
            source: key,
            lastAt,
            tls,
            plainSessions,
            clearLogins,
            weeks,
            ...present({ owner, plainLastAt, clearLoginLastAt }),
          };
        });
      const names = new Set(seen.map(({ source }) => source));
      const [first] = sightings.weeks([]);
      return {
        ...present({ since: first && formatInstant(first.from) }),
        sources: seen.map(({ source, owner, lastAt, tls, plainSessions, clearLogins, weeks }) => ({
          source,
          lastAt: formatInstant(lastAt),
          tls: tls.map((use) => ({ ...use, lastAt: formatInstant(use.lastAt) })),
          plainSessions,
          clearLogins,
          trend: trendOf(weeks.map(({ plain, clear }) => plain + clear)),
          weeks: [...weeks],
          ...present({ owner }),
        })),
        unseen: [...sources.keys()].filter((name) => !names.has(name)),
        steps: steps.map((step) => {
          const { title, affected, sources: effects } = effectOf(step, seen, clock.now());
          return {
            id: idOf(step),
            title,
            setting: settingOf(step),
            affected,
            sources: effects.map(({ lastAt, ...rest }) => ({
              ...rest,
              ...present({ lastAt: lastAt === undefined ? undefined : formatInstant(lastAt) }),
            })),
          };
        }),
      };
    },
  };
}

function idOf(step: Step): string {
  if (step.close === 'tls-below') return `tls-below-${step.version}`;
  return step.close === 'certificate' ? `certificate-${step.keyType}` : step.close;
}

function settingOf(step: Step): string {
  switch (step.close) {
    case 'tls-below':
      return `listeners[].minimumTls: "${step.version}"`;
    case 'clear-login':
      return 'listeners[].authWithoutTls: false, and no quirk auth-in-clear';
    case 'plaintext':
      return 'sources[].requireTls: true';
    case 'certificate':
      return 'tls.certificate, tls.key';
  }
}

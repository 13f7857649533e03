/** The exit plan through the API. */
import type { Presented, SeenSource, Step } from '../../diagnostics/exit-plan/exit-plan.ts';
import { effectOf, steps, trendOf } from '../../diagnostics/exit-plan/exit-plan.ts';
import { suitesOf } from '../../diagnostics/exit-plan/suites.ts';
import { oldSessions, tlsDayLine } from '../../observe/traffic/tls-days.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { present } from '../present.ts';
import type { CertificateFacts } from '../setup/certificate-facts.ts';

const dayMs = 24 * 3_600_000;
/** Weeks, and days, of a source below which its trend is not told. */
const weeksAtLeast = 4;
const daysAtLeast = 14;

export function exitPlanHandlers(context: AdminContext): Pick<Handlers, 'exitPlan'> {
  const { clock, policy, traffic } = context;
  return {
    exitPlan({ query: { cipher } }) {
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
      const presented = presentedBy(context.certificates());
      const now = clock.now();
      const oldTls = new Map(
        sightings.all().map((sighting) => {
          const line = tlsDayLine(sightings.tlsDays(sighting), now, oldSessions);
          const days = Math.ceil((now - sighting.firstAt) / dayMs);
          return [sighting.key, trendOf(line, { seen: days, atLeast: daysAtLeast })] as const;
        }),
      );
      const weeksSeen = new Map(
        sightings.all().map(({ key, firstAt }) => [key, Math.ceil((now - firstAt) / (7 * dayMs))] as const),
      );
      const ciphers = suitesOf(seen);
      const wanted = ciphers.filter((one) =>
        cipher === 'weak' ? one.weakness !== undefined : one.cipher === cipher,
      );
      const narrowed = new Set(wanted.flatMap(({ sources: of }) => of));
      const shown = cipher === undefined ? seen : seen.filter(({ source }) => narrowed.has(source));
      const names = new Set(seen.map(({ source }) => source));
      const [first] = sightings.weeks([]);
      return {
        ...present({ since: first && formatInstant(first.from) }),
        sources: shown.map(({ source, owner, lastAt, tls, plainSessions, clearLogins, weeks }) => ({
          source,
          lastAt: formatInstant(lastAt),
          tls: tls.map((use) => ({ ...use, lastAt: formatInstant(use.lastAt) })),
          plainSessions,
          clearLogins,
          trend: trendOf(
            weeks.map(({ plain, clear }) => plain + clear),
            { seen: weeksSeen.get(source) ?? 0, atLeast: weeksAtLeast },
          ),
          oldTls: oldTls.get(source) ?? 'none',
          weeks: [...weeks],
          ...present({ owner }),
        })),
        ciphers: ciphers.map(({ lastAt, versions, sources: of, ...rest }) => ({
          ...rest,
          versions: [...versions],
          sources: [...of],
          lastAt: formatInstant(lastAt),
        })),
        unseen: [...sources.keys()].filter((name) => !names.has(name)),
        steps: steps.map((step) => {
          const { title, affected, sources: effects } = effectOf(step, seen, { now: clock.now(), presented });
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

/** Leaves only: the other certificates of a chain sign nothing in a handshake. */
function presentedBy(certificates: readonly CertificateFacts[]): Presented {
  const own = certificates.filter(({ kind }) => kind === 'listener-certificate');
  const issuers = new Set(own.map(({ issuer }) => issuer));
  const leaves = own.filter(({ subject, isSelfSigned }) => isSelfSigned === true || !issuers.has(subject));
  const [leaf] = leaves;
  return {
    keyTypes: (['ec', 'rsa'] as const).filter((type) => leaves.some(({ keyType }) => keyType === type)),
    isSelfSigned: leaves.every(({ isSelfSigned }) => isSelfSigned === true),
    ...present({ issuer: leaf?.issuer }),
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
    case 'certificate-chain':
      return 'tls.certificate, tls.key';
  }
}

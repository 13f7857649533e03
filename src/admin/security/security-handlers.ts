/** Failed logins, lock-outs, TLS, and clients that no source names. */
import type { StrangerView } from '../../../contract/schemas.ts';
import type { SecurityOverview } from '../../../contract/schemas/security.ts';
import { countNames } from '../../observe/traffic/counts.ts';
import type { TlsDaySum } from '../../observe/traffic/tls-days.ts';
import { sumOfDays } from '../../observe/traffic/tls-days.ts';
import type { StrangerGroup } from '../../observe/traffic/strangers.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { LockOutList } from '../../policy/login.ts';
import type { Caller } from '../caller.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { selfTestView } from './self-test-view.ts';
import { sightingView, weeksView } from '../traffic/traffic-handlers.ts';
import { eventView, present } from '../views.ts';

const lockOutsShown = 1_000;
const failuresShown = 20;

type Decision = StrangerView['decision'];

/** `decisionOf`: what was decided about an address. */
export function securityHandlers(
  context: AdminContext,
  decisionOf: (address: string) => Decision,
): Pick<Handlers, 'securityOverview' | 'endLockOut' | 'selfTest' | 'strangers'> {
  const { traffic, queue } = context;
  const failedLogins = countNames.indexOf('failedLogins');
  return {
    async securityOverview(_given, caller) {
      const recent = await queue.store.events({ kind: 'login-failed', limit: failuresShown });
      const sightings = traffic.sightings.all();
      return {
        failedLogins: {
          hour: traffic.statistics.sum('hour', failedLogins),
          day: traffic.statistics.sum('day', failedLogins),
          recent: recent.items.map(eventView),
        },
        lockOuts: lockOuts(doorsFor(caller, context)),
        tls: {
          weeks: weeksView(traffic.sightings.weeks(sightings)),
          days: daysView(sumOfDays(sightings.map((sighting) => traffic.sightings.tlsDays(sighting)))),
          sources: sightings.map((sighting) => {
            const { source, lastAt, tls, plainSessions, clearLogins, ...rest } = sightingView(
              context,
              sighting,
            );
            const { plainLastAt, clearLoginLastAt } = rest;
            return {
              source,
              lastAt,
              tls,
              plainSessions,
              clearLogins,
              ...present({ plainLastAt, clearLoginLastAt }),
            };
          }),
        },
      };
    },
    endLockOut({ params }, caller) {
      const [door, kind, key = ''] = readId(params.id);
      const guard = doorsFor(caller, context).find(([name]) => name === door)?.[1];
      const isOne = guard !== undefined && (kind === 'address' || kind === 'user');
      // The id says nothing to who reads the audit log.
      if (isOne) caller.note({ object: `${door} ${kind} ${shownKey(door, kind, key)}` });
      if (!isOne || !guard.endLockOut(kind, key))
        throw new Problem(404, 'Not found', 'there is no such lock-out now: it may have ended by itself');
      return { result: 'done' as const };
    },
    selfTest: () => selfTestView(context),
    async strangers({ query }) {
      const { text, decision, order, limit, cursor } = query;
      const fitting = traffic.strangers
        .all()
        .map((group) => ({ group, decision: decisionOf(group.address) }))
        .filter((one) => (decision === undefined || one.decision === decision) && fits(one.group, text));
      if (order === 'most') fitting.sort((a, b) => b.group.count - a.group.count);
      // A group moves to the front when it is seen again: the page goes on behind the one that the cursor names.
      const last = cursor === undefined ? -1 : fitting.findIndex(({ group }) => group.key === cursor);
      if (cursor !== undefined && last === -1) {
        throw new Problem(
          400,
          'Bad request',
          'the cursor is of a client that is no longer there; begin anew',
        );
      }
      const shown = fitting.slice(last + 1, last + 1 + limit);
      await traffic.strangers.name(
        shown.map(({ group }) => group),
        (address) => traffic.reverseName(address),
      );
      const next = last + 1 + limit < fitting.length ? shown.at(-1)?.group.key : undefined;
      return {
        items: shown.map((one) => strangerView(one.group, one.decision)),
        ...present({ cursor: next }),
      };
    },
  };
}

function daysView(days: readonly TlsDaySum[]): SecurityOverview['tls']['days'] {
  return days.map(({ from, versions, ...counts }) => ({
    from: formatInstant(from),
    ...counts,
    versions: Array.from(versions, ([version, sessions]) => ({ version, sessions })),
  }));
}

interface Door {
  lockOuts(): LockOutList;
  endLockOut(kind: 'address' | 'user', key: string): boolean;
}

/** Who is locked out of the console, and who is not, is for those who could let them in anyhow. */
function doorsFor(
  { role }: Caller,
  { traffic, access }: AdminContext,
): (readonly ['smtp' | 'console', Door])[] {
  const smtp = ['smtp', traffic.logins] as const;
  return role === 'administrator' ? [smtp, ['console', access.lockOuts]] : [smtp];
}

function lockOuts(doors: ReturnType<typeof doorsFor>) {
  return doors
    .flatMap(([door, guard]) => {
      const list = guard.lockOuts();
      return (['address', 'user'] as const).flatMap((kind) =>
        list[kind].map(({ key, until }) => ({ door, kind, key, until })),
      );
    })
    .sort((a, b) => b.until - a.until)
    .slice(0, lockOutsShown)
    .map(({ door, kind, key, until }) => ({
      id: Buffer.from([door, kind, key].join('\n')).toString('base64url'),
      door,
      kind,
      key: shownKey(door, kind, key),
      until: formatInstant(until),
    }));
}

/** Names beyond the limit of policy/login.ts are kept by their beginning, and apart from the others. */
function shownKey(door: string | undefined, kind: string, key: string): string {
  if (door !== 'smtp' || kind !== 'user') return key;
  return key.startsWith('long ') ? `${key.slice(5)}…` : key.replace(/^user /, '');
}

/** Door, kind and key. */
function readId(id: string): readonly string[] {
  return Buffer.from(id, 'base64url').toString().split('\n', 3);
}

function fits(group: StrangerGroup, text: string | undefined): boolean {
  if (text === undefined) return true;
  const wanted = text.toLowerCase();
  const { key, address, reverseName = '', helos, trials } = group;
  const words = [
    key,
    address,
    reverseName,
    ...helos,
    ...trials.flatMap(({ sender, recipient }) => [sender, recipient]),
  ];
  return words.some((word) => word.toLowerCase().includes(wanted));
}

function strangerView(group: StrangerGroup, decision: Decision): StrangerView {
  const { key, address, count, firstAt, lastAt, helos, trials, listeners, rule, tls, reverseName } = group;
  const latest = trials.toReversed();
  const distinct = (words: readonly string[]) => [...new Set(words)].slice(0, 10);
  return {
    address,
    network: key,
    count,
    firstAt: formatInstant(firstAt),
    lastAt: formatInstant(lastAt),
    helos: helos.toReversed(),
    senders: distinct(latest.map(({ sender }) => sender)),
    recipients: distinct(latest.map(({ recipient }) => recipient)),
    listeners: listeners.toReversed(),
    rule,
    decision,
    ...present({ tls, reverseName }),
  };
}

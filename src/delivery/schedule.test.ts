import { describe, expect, test } from 'vitest';
import type { Priority } from '../message/message.ts';
import { instant } from '../platform/clock.ts';
import type { ConnectorView, DestinationView } from './schedule.ts';
import { schedule } from './schedule.ts';
import { unreachable } from './testing/messages.ts';
import { WaitingList } from './waiting-list.ts';

interface Work {
  readonly name: string;
  readonly source: string;
  readonly destination: string;
  readonly bytes: number;
  readonly priority: Priority;
}

const openDestination: DestinationView = { gate: { kind: 'open' }, places: 100 };

interface ViewOptions {
  readonly name?: string;
  readonly places?: number;
  readonly rate?: ConnectorView<Work>['rate'];
  readonly destination?: DestinationView;
  readonly waiting?: readonly (readonly [string, Priority])[];
}

function view(options: ViewOptions = {}): ConnectorView<Work> {
  const { name = 'smart', waiting = [['m', 'normal']] } = options;
  const list = new WaitingList<Work>();
  for (const [work, priority] of waiting) {
    list.push({ name: work, source: 's', destination: name, bytes: 1, priority });
  }
  return {
    name,
    places: options.places ?? 4,
    rate: options.rate ?? { free: Infinity, nextAt: undefined },
    waiting: list.length,
    rings: list.rings,
    destination: () => options.destination ?? openDestination,
  };
}

/** What would be attempted, or the decision without it. */
function decided(...views: ConnectorView<Work>[]): unknown {
  const decision = schedule(views);
  if (decision.kind !== 'attempt') return decision;
  return decision.starts.flatMap(({ connector, pick }) =>
    pick.works.map(({ name }) => `${connector}:${name}`),
  );
}

const mixed = [
  ['b', 'bulk'],
  ['n', 'normal'],
  ['p', 'priority'],
] as const;

describe('the decision', () => {
  test.each([
    { reason: 'nothing waits', views: [view({ waiting: [] })], expected: { kind: 'nothing' } },
    { reason: 'there is a place', views: [view()], expected: ['smart:m'] },
    {
      reason: 'no place: the end of an attempt wakes us',
      views: [view({ places: 0 })],
      expected: { kind: 'nothing' },
    },
    {
      reason: 'priority before normal before bulk',
      views: [view({ waiting: mixed })],
      expected: ['smart:p', 'smart:n', 'smart:b'],
    },
    {
      reason: 'one place goes to the highest priority',
      views: [view({ waiting: mixed, places: 1 })],
      expected: ['smart:p'],
    },
    {
      reason: 'the rate leaves less than the places',
      views: [view({ waiting: mixed, rate: { free: 2, nextAt: undefined } })],
      expected: ['smart:p', 'smart:n'],
    },
    {
      reason: 'the rate is used up: sleep until it is not',
      views: [view({ rate: { free: 0, nextAt: instant(500) } })],
      expected: { kind: 'sleep', until: 500 },
    },
    {
      reason: 'suspended: sleep until its end',
      views: [
        view({
          destination: { gate: { kind: 'closed', until: instant(900), failure: unreachable }, places: 4 },
        }),
      ],
      expected: { kind: 'sleep', until: 900 },
    },
    {
      reason: 'a probe is one attempt, however much waits',
      views: [
        view({
          waiting: mixed,
          destination: { gate: { kind: 'probe', underWay: false, failure: unreachable }, places: 4 },
        }),
      ],
      expected: ['smart:p'],
    },
    {
      reason: 'a probe under way is waited for',
      views: [
        view({ destination: { gate: { kind: 'probe', underWay: true, failure: unreachable }, places: 3 } }),
      ],
      expected: { kind: 'nothing' },
    },
    {
      reason: 'stopped by an operator: only an operator wakes it',
      views: [view({ destination: { gate: { kind: 'stopped', reason: 'x' }, places: 4 } })],
      expected: { kind: 'nothing' },
    },
    {
      reason: 'one connector without places does not stop another (D5)',
      views: [view({ name: 'hung', places: 0 }), view({ name: 'well' })],
      expected: ['well:m'],
    },
    {
      reason: 'the earliest of several moments',
      views: [
        view({ name: 'a', rate: { free: 0, nextAt: instant(700) } }),
        view({ name: 'b', rate: { free: 0, nextAt: instant(300) } }),
      ],
      expected: { kind: 'sleep', until: 300 },
    },
  ])('$reason', ({ views, expected }) => {
    expect(decided(...views)).toEqual(expected);
  });

  test('places of a destination count over all priorities together', () => {
    const tight = view({ waiting: mixed, destination: { gate: { kind: 'open' }, places: 2 } });
    expect(decided(tight)).toEqual(['smart:p', 'smart:n']);
  });

  test('deciding changes nothing', () => {
    const views = [view({ waiting: mixed })];
    expect(decided(...views)).toEqual(decided(...views));
  });
});

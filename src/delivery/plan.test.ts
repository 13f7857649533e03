import { describe, expect, test } from 'vitest';
import type { Progress } from '../message/message.ts';
import { instant } from '../platform/clock.ts';
import { routeFor } from '../policy/route.ts';
import type { Plan } from './plan.ts';
import { dueRecipients, planMessage } from './plan.ts';
import type { Gate } from './suspension.ts';
import type { TestMessage } from './testing/messages.ts';
import { testAccepted, unreachable } from './testing/messages.ts';
import type { ConnectorInput } from './testing/test-relay.ts';
import { testPolicy } from './testing/test-relay.ts';

interface Situation {
  readonly connectors: readonly ConnectorInput[];
  readonly message?: Partial<TestMessage>;
  readonly gates?: Readonly<Record<string, Gate>>;
  readonly reroute?: string;
  readonly tried?: readonly string[];
}

const closed = (until: number): Gate => ({ kind: 'closed', until: instant(until), failure: unreachable });
const probed: Gate = { kind: 'probe', underWay: true, failure: unreachable };

function plan({ connectors, message, gates = {}, reroute, tried }: Situation): Plan {
  const policy = testPolicy(connectors);
  const accepted = testAccepted({ id: 'M', at: instant(0), ...message });
  const progress: Progress = {
    recipients: accepted.envelope.recipients.map(() => ({
      kind: 'pending',
      notBefore: instant(0),
      attempts: 0,
    })),
    attempts: [],
    inDoubt: 0,
    notes: [],
    ...(reroute !== undefined && { reroute }),
  };
  return planMessage({
    now: instant(1000),
    accepted,
    progress,
    recipients: dueRecipients(progress, instant(1000)),
    connectors: policy.connectors,
    route: (question) => routeFor(policy, question),
    gate: (_, destination) => gates[destination] ?? { kind: 'open' },
    tried: () => new Set(tried),
  });
}

/** `connector: recipients` of the parts. */
function parts(situation: Situation): string[] {
  return plan(situation).parts.map(
    ({ destination, recipients }) => `${destination}: ${recipients.join(' ')}`,
  );
}

const three = { recipients: ['a@example.org', 'b@partner.example', 'c@example.org'] };
const pair = [
  { name: 'main', fallback: 'backup' },
  { name: 'backup', addressSpaces: [{ pattern: '*', cost: 99 }] },
];
const mx = [{ name: 'direct', route: { type: 'mx' } }];

describe('where recipients go', () => {
  test.each<Situation & { reason: string; expected: string[] }>([
    {
      reason: 'one connector takes all in one attempt',
      connectors: [{ name: 'main' }],
      message: three,
      expected: ['main: 0 1 2'],
    },
    {
      reason: 'a message splits over connectors by recipient',
      connectors: [{ name: 'main' }, { name: 'partner', addressSpaces: [{ pattern: 'partner.example' }] }],
      message: three,
      expected: ['main: 0 2', 'partner: 1'],
    },
    {
      reason: 'an operator’s choice goes before the policy’s',
      connectors: pair,
      reroute: 'backup',
      expected: ['backup: 0'],
    },
    {
      reason: 'behind mx each domain is a destination of its own',
      connectors: mx,
      message: three,
      expected: ['direct example.org: 0 2', 'direct partner.example: 1'],
    },
    {
      reason: 'limits.recipientsPerMessage splits',
      connectors: [{ name: 'main', limits: { recipientsPerMessage: 1 } }],
      message: three,
      expected: ['main: 0', 'main: 1', 'main: 2'],
    },
    {
      reason: 'a suspended connector: its fallback',
      connectors: pair,
      gates: { main: closed(9000) },
      expected: ['backup: 0'],
    },
    {
      reason: 'one that failed in this round: its fallback',
      connectors: pair,
      tried: ['main'],
      expected: ['backup: 0'],
    },
    {
      reason: 'one that the policy suspends: its fallback',
      connectors: [{ ...pair[0]!, suspended: true }, pair[1]!],
      expected: ['backup: 0'],
    },
    {
      reason: 'while another message probes it: its fallback',
      connectors: pair,
      gates: { main: probed },
      expected: ['backup: 0'],
    },
    {
      reason: 'without a fallback the probe is waited for',
      connectors: [{ name: 'main' }],
      gates: { main: probed },
      expected: ['main: 0'],
    },
    {
      reason: 'too large for the first, not for its fallback',
      connectors: [{ ...pair[0]!, limits: { messageBytes: 10 } }, pair[1]!],
      expected: ['backup: 0'],
    },
    {
      reason: 'one dead domain behind mx does not stop another (D5)',
      connectors: mx,
      message: three,
      gates: { 'direct example.org': closed(9000) },
      expected: ['direct partner.example: 1'],
    },
  ])('$reason', ({ expected, ...situation }) => {
    expect(parts(situation)).toEqual(expected);
  });

  test('why a fallback stands in is said', () => {
    const [part] = plan({ connectors: pair, gates: { main: closed(9000) } }).parts;
    expect(part?.explanation).toContain('main is suspended until 1970-01-01T00:00:09');
  });
});

describe('what waits', () => {
  test.each<Situation & { reason: string; wait: object }>([
    {
      reason: 'no connector takes it: held and explained, not bounced',
      connectors: [{ name: 'partner', addressSpaces: [{ pattern: 'partner.example' }] }],
      wait: {
        recipients: [0],
        mayExpire: true,
        failure: { code: 'no-route', permanence: 'transient', scope: 'connector' },
      },
    },
    {
      reason: 'all suspended: until the first of them may be probed',
      connectors: pair,
      gates: { main: closed(9000), backup: closed(5000) },
      wait: { until: 5000, failure: { code: 'connector-suspended' } },
    },
    {
      reason: 'suspended by the policy: an operator’s wish, so it does not age',
      connectors: [{ name: 'main', suspended: true }],
      wait: { mayExpire: false, failure: { code: 'connector-stopped' } },
    },
    {
      reason: 'stopped by an operator',
      connectors: [{ name: 'main' }],
      gates: { main: { kind: 'stopped', reason: 'maintenance' } },
      wait: { mayExpire: false, until: 1000 + 1_800_000 },
    },
    {
      reason: 'an operator’s choice that the policy no longer has',
      connectors: pair,
      reroute: 'gone',
      wait: { failure: { code: 'no-route' } },
    },
  ])('$reason', ({ wait, ...situation }) => {
    const { parts: none, waits } = plan(situation);
    expect(none).toEqual([]);
    expect(waits).toHaveLength(1);
    expect(waits[0]).toMatchObject(wait);
  });

  test('recipients that wait for the same thing wait together', () => {
    const { waits } = plan({ connectors: [{ name: 'main' }], message: three, gates: { main: closed(9000) } });
    expect(waits.map(({ recipients }) => recipients)).toEqual([[0, 1, 2]]);
  });

  test('the reason that a suspension passes on is never permanent', () => {
    const gate: Gate = {
      kind: 'closed',
      until: instant(9000),
      failure: { ...unreachable, permanence: 'permanent', status: '5.7.8' },
    };
    expect(plan({ connectors: [{ name: 'main' }], gates: { main: gate } }).waits[0]?.failure).toMatchObject({
      permanence: 'transient',
      status: '4.7.8',
    });
  });
});

test('larger than every connector allows: refused, because waiting cannot help', () => {
  const { refusals } = plan({ connectors: [{ name: 'main', limits: { messageBytes: 10 } }] });
  expect(refusals).toMatchObject([
    { recipients: [0], failure: { code: 'message-too-large', permanence: 'permanent', status: '5.3.4' } },
  ]);
});

test('due are pending recipients whose time has come; held and final ones are left alone', () => {
  const reply = { code: 250, lines: [] };
  const progress: Progress = {
    recipients: [
      { kind: 'pending', notBefore: instant(5), attempts: 0 },
      { kind: 'pending', notBefore: instant(11), attempts: 0 },
      { kind: 'held', at: instant(1), by: 'op', reason: 'x', attempts: 0 },
      { kind: 'relayed', at: instant(1), connector: 'c', host: 'h', reply },
    ],
    attempts: [],
    inDoubt: 0,
    notes: [],
  };
  expect(dueRecipients(progress, instant(10))).toEqual([0]);
});

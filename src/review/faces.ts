/** How a source shows itself today: addresses, senders, domains of recipients and TLS that it did not have before. Pure. */
import type { Habit, HabitDay, Names } from '../observe/traffic/habits.ts';
import type { Instant } from '../platform/clock.ts';
import { instant } from '../platform/clock.ts';
import { countOf, tlsName } from '../platform/words.ts';
import type { Found } from './finding.ts';
import type { SourceContext } from './of-source.ts';
import { ofSource } from './of-source.ts';

const dayMs = 86_400_000;
/** More new names of one kind in a day than this are a change of the network, told by the first of them. */
const newMax = 10;
/** Sessions with TLS, and none without, after which it counts as what the source always does. */
const tlsSessions = 5;

interface Days {
  readonly today: HabitDay;
  readonly before: readonly HabitDay[];
}

export function judgeFaces(habit: Habit, days: Days, context: SourceContext): Found[] {
  return [
    ...addresses(habit, context),
    ...senders(habit, context),
    ...domains(habit, context),
    ...downgrade(habit, days),
    ...oldTls(habit, context),
  ];
}

function addresses(habit: Habit, context: SourceContext): Found[] {
  const known = knownBefore(habit.addresses, context);
  return newOf(habit.addresses, context).map(([address, at]): Found => ({
    kind: 'new-address',
    source: habit.key,
    subject: `${habit.key} ${address}`,
    address,
    title: `${habit.key} comes from a new address`,
    text: `${habit.key} was recognised from ${address}, where it never was before (${countOf(known.length, 'other')} known).`,
    severity: known.some((other) => neighbours(other, address)) ? 'note' : 'warning',
    evidence: [{ what: 'address', found: address, usual: known.slice(-5).join(', ') }],
    references: [],
    firstAt: at,
    lastAt: habit.lastAt,
    proposal: {
      action: 'narrow',
      target: habit.key,
      words: `Ask the owner whether the device was moved. Where it was not, narrow "networks" of the source to the addresses it has, and give it a new password where it is known by login.`,
    },
  }));
}

function senders(habit: Habit, context: SourceContext): Found[] {
  const known = knownBefore(habit.senders, context);
  return newOf(habit.senders, context).map(([sender, at]): Found => ({
    kind: 'new-sender',
    source: habit.key,
    subject: `${habit.key} ${sender === '' ? '<>' : sender}`,
    title: `${habit.key} sends as somebody new`,
    text: `${habit.key} sent as ${sender === '' ? '<>' : sender}, which it never did before.`,
    severity: 'note',
    evidence: [
      { what: 'sender', found: sender === '' ? '<>' : sender, usual: known.slice(-5).map(shown).join(', ') },
    ],
    references: [],
    firstAt: at,
    lastAt: habit.lastAt,
    proposal: {
      action: 'narrow',
      target: habit.key,
      words:
        'Where it is not wanted, let the source send as the addresses it needs alone ("senders" of the source).',
    },
  }));
}

function domains(habit: Habit, context: SourceContext): Found[] {
  const names = habit.domains;
  if (!names) return [];
  const known = knownBefore(names, context);
  return newOf(names, context).map(([domain, at]): Found => ({
    kind: 'new-domain',
    source: habit.key,
    subject: `${habit.key} ${domain}`,
    title: `${habit.key} writes to a new domain`,
    text: `${habit.key} sent to recipients of ${domain}, to whom it never sent before (${countOf(known.length, 'domain')} known).`,
    severity: 'note',
    evidence: [{ what: 'domain of recipients', found: domain, usual: known.slice(-5).join(', ') }],
    references: [],
    firstAt: at,
    lastAt: habit.lastAt,
    proposal: {
      action: 'narrow',
      target: habit.key,
      words:
        'Where it is not wanted, let the source send to the domains it needs alone ("recipients" of the source).',
    },
  }));
}

function downgrade(habit: Habit, { today, before }: Days): Found[] {
  const withTls = before.reduce((sum, [, , , sessions]) => sum + sessions, 0);
  const without = before.reduce((sum, [, , , , sessions]) => sum + sessions, 0);
  const found = today[4];
  if (withTls < tlsSessions || without > 0 || found === 0) return [];
  return [
    {
      ...ofSource(habit, today),
      kind: 'tls-downgrade',
      title: `${habit.key} gave up TLS`,
      text: `${habit.key} always used TLS, and opened ${countOf(found, 'session')} without it.`,
      severity: 'serious',
      evidence: [{ what: 'sessions without TLS', found: String(found), usual: `0, and ${withTls} with TLS` }],
      proposal: {
        action: 'require-tls',
        target: habit.key,
        words:
          'See whether the device was reset or something between it and the relay removes STARTTLS. Then let it use a listener with `tls: implicit`, so that it cannot go back.',
      },
    },
  ];
}

function oldTls(habit: Habit, { day }: SourceContext): Found[] {
  const { oldTls: use } = habit;
  if (use === undefined || Math.floor(use.lastAt / dayMs) !== day) return [];
  return [
    {
      source: habit.key,
      subject: habit.key,
      references: [],
      kind: 'old-tls',
      address: use.address,
      title: `${habit.key} uses ${tlsName(use.version)}`,
      text: `${habit.key} uses ${tlsName(use.version)}, which RFC 8996 deprecates: ${countOf(use.sessions, 'session')} so far.`,
      severity: 'note',
      evidence: [{ what: 'version of TLS', found: tlsName(use.version), usual: 'TLS 1.2 or TLS 1.3' }],
      firstAt: use.firstAt,
      lastAt: use.lastAt,
      proposal: {
        action: 'require-tls',
        target: habit.key,
        words: 'Look for newer firmware. Until then keep the device in a network of its own.',
      },
    },
  ];
}

/** First seen on the day that is judged; none where the source has so many that a new one tells nothing. */
function newOf(names: Names, context: SourceContext): readonly (readonly [string, Instant])[] {
  if (names.isMany === true || knownBefore(names, context).length === 0) return [];
  const begin = instant(context.day * dayMs);
  return names.first.filter(([, at]) => at >= begin && at < begin + dayMs).slice(0, newMax);
}

function knownBefore(names: Names, { day }: SourceContext): readonly string[] {
  return names.first.filter(([, at]) => at < day * dayMs).map(([name]) => name);
}

/** Of one /24 of IPv4; a network of IPv6 is a /64 already. */
function neighbours(a: string, b: string): boolean {
  const network = (address: string) => address.slice(0, address.lastIndexOf('.'));
  return a.includes('.') && b.includes('.') && network(a) === network(b);
}

function shown(sender: string): string {
  return sender === '' ? '<>' : sender;
}

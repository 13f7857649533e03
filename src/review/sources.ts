/** What a source does today against what it usually does: how much, to how many, and at which hours. Pure. */
import type { Habit, HabitDay } from '../observe/traffic/habits.ts';
import { habitDays } from '../observe/traffic/habits.ts';
import { instant } from '../platform/clock.ts';
import { countOf } from '../platform/words.ts';
import type { Found } from './finding.ts';
import { judgeFaces } from './faces.ts';
import type { SourceContext } from './of-source.ts';
import { ofSource } from './of-source.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Days of use before a source has a usual volume, and before it has usual hours. */
const daysForVolume = 3;
const daysForHours = 5;
const least = { messages: 50, recipients: 100, atHour: 5 } as const;
const factor = 3;
const seriousFactor = 10;

export function judgeSource(habit: Habit, context: SourceContext): Found[] {
  const today = habit.days.find(([day]) => day === context.day);
  const before = habit.days.filter(([day]) => day < context.day);
  const dayBegin = instant(context.day * dayMs);
  if (today === undefined || dayBegin - habit.firstAt < context.learnMs - dayMs) return [];
  if (context.now - habit.firstAt < context.learnMs) return [];
  return [
    ...volume(habit, today, before),
    ...recipients(habit, today, before),
    ...hours(habit, before, context),
    ...judgeFaces(habit, { today, before }, context),
  ];
}

function volume(habit: Habit, today: HabitDay, before: readonly HabitDay[]): Found[] {
  const used = before.map(([, messages]) => messages).filter((messages) => messages > 0);
  const most = Math.max(0, ...used);
  const found = today[1];
  if (used.length < daysForVolume || found < least.messages || found <= most * factor) return [];
  return [
    {
      ...ofSource(habit, today),
      kind: 'volume',
      title: `${habit.key} sends far more than usual`,
      text: `${habit.key} sent ${countOf(found, 'message')} in a day; on the ${used.length} days before with mail it sent ${most} at most.`,
      severity: found > most * seriousFactor ? 'serious' : 'warning',
      evidence: [{ what: 'messages in a day', found: String(found), usual: usualOf(used) }],
      proposal: {
        action: 'narrow',
        target: habit.key,
        words: `Ask the owner whether it is wanted. Limit the source ("limits" of the policy) so that a misused device cannot send without end; suspend it where nobody knows.`,
      },
    },
  ];
}

/** Only where more messages alone do not explain it: few messages to many people is what a stolen mailbox does. */
function recipients(habit: Habit, today: HabitDay, before: readonly HabitDay[]): Found[] {
  const used = before.filter(([, messages]) => messages > 0);
  const counts = used.map(([, , each]) => each);
  const most = Math.max(0, ...counts);
  const [, messages, found] = today;
  if (used.length < daysForVolume || found < least.recipients || found <= most * factor) return [];
  const perMessage = found / Math.max(1, messages);
  const usualPerMessage = Math.max(...used.map(([, each, to]) => to / each));
  if (perMessage < 2 * usualPerMessage) return [];
  return [
    {
      ...ofSource(habit, today),
      kind: 'recipients',
      title: `${habit.key} sends to far more recipients than usual`,
      text: `${habit.key} sent ${countOf(messages, 'message')} to ${countOf(found, 'recipient')} in a day; before it was ${most} recipients a day at most.`,
      severity: found > most * seriousFactor ? 'serious' : 'warning',
      evidence: [
        { what: 'recipients in a day', found: String(found), usual: usualOf(counts) },
        {
          what: 'recipients of a message',
          found: perMessage.toFixed(1),
          usual: `${usualPerMessage.toFixed(1)} at most`,
        },
      ],
      proposal: {
        action: 'narrow',
        target: habit.key,
        words:
          'Ask the owner. Let the source send to the domains it needs alone ("recipients" of the source).',
      },
    },
  ];
}

function hours(habit: Habit, before: readonly HabitDay[], { day }: SourceContext): Found[] {
  const { messages, before: last, day: counted } = habit.hours;
  const active = before.filter(([, sent]) => sent > 0).length;
  if (counted !== day || active < daysForHours) return [];
  const isUsual = (hour: number): boolean => (last[(hour + 24) % 24] ?? 0) > day - habitDays;
  const found = Array.from(messages.entries()).filter(
    ([hour, sent]) => sent >= least.atHour && ![hour - 1, hour, hour + 1].some(isUsual),
  );
  const usual = [...messages.keys()].filter(isUsual);
  return found.map(([hour, sent]) => {
    const at = hourText(hour);
    const begin = instant(day * dayMs + hour * hourMs);
    return {
      kind: 'hours',
      source: habit.key,
      subject: `${habit.key} ${at}`,
      title: `${habit.key} sends at an unusual hour`,
      text: `${habit.key} sent ${countOf(sent, 'message')} in the hour from ${at} UTC; in the four weeks before it sent nothing near that hour.`,
      severity: 'warning',
      evidence: [
        {
          what: `messages from ${at} UTC on`,
          found: String(sent),
          usual: `mail from ${usual.map(hourText).join(', ')}`,
        },
      ],
      references: [],
      firstAt: begin,
      lastAt: instant(Math.min(habit.lastAt, begin + hourMs - 1)),
      proposal: {
        action: 'review',
        target: habit.key,
        words:
          'Ask the owner whether a job was moved. Where nobody knows, see the messages of that hour in the trace.',
      },
    } satisfies Found;
  });
}

function usualOf(counts: readonly number[]): string {
  const sum = counts.reduce((total, count) => total + count, 0);
  return `${Math.round(sum / counts.length)} a day, ${Math.max(...counts)} at most`;
}

function hourText(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}

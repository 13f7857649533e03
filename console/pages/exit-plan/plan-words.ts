/** Words for the exit plan. Pure. */
import type { ExitPlanView } from '../../../contract/schemas/exit-plan.ts';
import type { Tone } from '../../parts/status-badge.tsx';
import { countOf, tlsVersion } from '../../parts/words.ts';

export type PlannedSource = ExitPlanView['sources'][number];
export type PlannedStep = ExitPlanView['steps'][number];
export type Fate = PlannedStep['sources'][number]['fate'];

export const fates: Readonly<Record<Fate, readonly [Tone, string]>> = {
  'cut-off': ['bad', 'Cut off'],
  'at-risk': ['warning', 'At risk'],
  unknown: ['plain', 'Not known'],
  unaffected: ['good', 'Not affected'],
};

export const trends: Readonly<Record<PlannedSource['trend'], string>> = {
  falling: 'Falling',
  rising: 'Rising',
  steady: 'Steady',
  none: 'None seen',
  unknown: 'Too new to tell',
};

const old = /^(?:SSLv|TLSv1$|TLSv1\.[01]$)/;

export const hasOldTls = ({ tls }: PlannedSource): boolean => tls.some(({ version }) => old.test(version));

/** What is worst about how it speaks. */
export function stateOf(source: PlannedSource): readonly [Tone, string] {
  const { tls, plainSessions, clearLogins } = source;
  if (clearLogins > 0) return ['bad', 'Password in clear'];
  if (plainSessions > 0) return ['warning', tls.length > 0 ? 'TLS, not always' : 'Without TLS'];
  if (hasOldTls(source)) return ['warning', 'Old TLS'];
  return tls.length > 0 ? ['good', 'TLS'] : ['plain', 'Nothing seen'];
}

/** The versions that were agreed, the oldest first, each once. */
export function versionsOf({ tls }: PlannedSource): string {
  const versions = new Set(tls.map(({ version }) => version));
  return [...versions].toSorted().map(tlsVersion).join(', ');
}

/** What a step does to all, for the list of steps. */
export function sumOf({ affected, sources }: PlannedStep): readonly [Tone, string] {
  const unknown = sources.filter(({ fate }) => fate === 'unknown').length;
  if (affected > 0) return ['warning', `${affected} affected`];
  return unknown > 0 ? ['plain', `${unknown} not known`] : ['good', 'None affected'];
}

/** `on`: a date such as `2027-03-01`; absent: without one. */
export function headline(step: PlannedStep, on: string | undefined): string {
  const unknown = step.sources.filter(({ fate }) => fate === 'unknown').length;
  const when = on === undefined ? '' : ` on ${dayWords(on)}`;
  const rest = unknown === 0 ? '' : ` Of ${countOf(unknown, 'source')} it is not known: too little was seen.`;
  if (step.affected === 0) return `${step.title}${when}: no source that was seen is affected.${rest}`;
  const those = step.affected === 1 ? 'this source is' : `these ${step.affected} sources are`;
  return `${step.title}${when}: ${those} affected.${rest}`;
}

/** `Friday, 27 November 2026`. A date has no zone, so it is read and written as UTC. */
export function dayWords(date: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(`${date}T00:00:00Z`));
}

/** For a mail to the owners, or a ticket. */
export function asText(step: PlannedStep, on: string | undefined): string {
  const lines = step.sources
    .filter(({ fate }) => fate !== 'unaffected')
    .map(({ source, owner, fate, text, lastAt }) =>
      [
        `- ${source}${owner === undefined ? '' : ` (${owner})`}: ${fates[fate][1].toLowerCase()}, ${text}`,
        lastAt === undefined ? '' : `, last on ${lastAt.slice(0, 10)}`,
      ].join(''),
    );
  return `${[headline(step, on), ...lines, `Where it is closed: ${step.setting}`].join('\n')}\n`;
}

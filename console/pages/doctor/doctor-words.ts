/** Words for what the doctor found. Pure. */
import type { DoctorRun, DoctorState } from '../../../contract/schemas/doctor.ts';
import type { Tone } from '../../parts/status-badge.tsx';

export const states: Readonly<Record<DoctorState, readonly [Tone, string]>> = {
  fail: ['bad', 'Failed'],
  warn: ['warning', 'Warning'],
  unknown: ['plain', 'Not found out'],
  ok: ['good', 'Well'],
};

/** The worst first. */
export const order = ['fail', 'warn', 'unknown', 'ok'] as const;

/** `2 failed, 1 warning, 12 well`. */
export function countsInWords({ fail, warn, unknown, ok }: DoctorRun['counts']): string {
  const parts = [
    [fail, 'failed'],
    [warn, warn === 1 ? 'warning' : 'warnings'],
    [unknown, 'not found out'],
    [ok, 'well'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return said.length === 0 ? 'Nothing to check' : said.join(', ');
}

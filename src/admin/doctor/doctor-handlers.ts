/** The doctor through the API. */
import type { DoctorRun } from '../../../contract/schemas.ts';
import type { Run } from '../../diagnostics/doctor/doctor.ts';
import { countsOf, worstOf } from '../../diagnostics/doctor/doctor.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { present } from '../views.ts';

export function doctorHandlers({ doctor }: AdminContext): Pick<Handlers, 'doctor' | 'runDoctor'> {
  return {
    doctor: () => ({
      ...present({
        last: doctor.last && runView(doctor.last),
        nextAt: doctor.nextAt === undefined ? undefined : formatInstant(doctor.nextAt),
      }),
      running: doctor.running,
      history: doctor.history.map(({ at, by, counts, changes }) => ({
        at: formatInstant(at),
        by,
        counts,
        changes: [...changes],
      })),
      checks: doctor.checks.map(({ name, title, source, needsRelay = false }) => ({
        check: name,
        title,
        source,
        needsRelay,
      })),
    }),
    async runDoctor({ body }, caller) {
      const unknown = (body.checks ?? []).filter(
        (name) => !doctor.checks.some((check) => check.name === name),
      );
      if (unknown.length > 0) {
        const names = doctor.checks.map(({ name }) => name).join(', ');
        throw new Problem(400, 'No such check', `${unknown.join(', ')}; there are ${names}`);
      }
      if (doctor.running) throw new Problem(409, 'Not possible now', 'the doctor is under way already');
      const run = await doctor.run(caller.name, body.checks);
      const view = runView(run);
      caller.note({ after: view.counts });
      return view;
    },
  };
}

export function runView({ at, by, ms, findings }: Run): DoctorRun {
  return {
    at: formatInstant(at),
    by,
    ms,
    state: worstOf(findings),
    counts: countsOf(findings),
    findings: findings.map((finding) => ({ ...finding, since: formatInstant(finding.since) })),
  };
}

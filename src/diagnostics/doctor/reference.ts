/** The page of docs/ that lists what the doctor looks at. */
import { checks } from './registry.ts';

export function renderDoctorReference(): string {
  const rows = checks.map(
    ({ name, title, looksAt, source, needsRelay = false }) =>
      `| \`${name}\` | ${title} | ${looksAt} | ${needsRelay ? 'a relay that runs' : 'the configuration'} | ${source} |`,
  );
  return `${[
    '# Checks of the doctor',
    '',
    'Written by `npm run docs` from `src/diagnostics/doctor`. Each finding has what was looked at (`input`), a `state` (`ok`,',
    '`warn`, `fail`, or `unknown` where it could not be found out), `evidence`, `advice` where there is something to do, the',
    'steps that led to it (`details`) and the `source` that it rests on. How to run them: [diagnosis](diagnosis.md).',
    '',
    '| check | title | looks at | needs | rests on |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')}\n`;
}

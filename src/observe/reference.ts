/** docs/events.md, from the event table. */
import { eventTable } from './event-table.ts';

export function renderEventReference(): string {
  const sections = Object.entries(eventTable).map(([kind, row]) => {
    const fields: readonly (readonly [string, string])[] = Object.entries(row.fields);
    const table = [
      '| field | meaning |',
      '| --- | --- |',
      ...fields.map(([name, text]) => `| \`${name}\` | ${text} |`),
    ];
    return [
      `## \`${kind}\``,
      '',
      `Level \`${row.level}\`. ${row.means}${row.kept ? ' Kept in the store and found by its `ref`.' : ''}`,
      '',
      ...(fields.length > 0 ? [...table, ''] : []),
    ].join('\n');
  });
  return [
    '# Events',
    '',
    'Generated from `src/observe/event-table.ts` by `npm run docs`; change it there.',
    '',
    'Each event is one line of the log. Every line has `event`, `level`, `time` (RFC 3339, UTC) and `msg` (the same in a',
    'sentence), and the fields below; a field that does not apply is absent. Text that came from outside may hold any character;',
    'those that could act on a terminal are written as `\\uXXXX`. Level `debug` is not written by `relay365 start`.',
    '',
    sections.join('\n'),
  ].join('\n');
}

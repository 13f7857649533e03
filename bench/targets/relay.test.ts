import { expect, test } from 'vitest';
import { lastTrouble } from './relay.ts';

const line = (about: Record<string, unknown>): string => `${JSON.stringify({ level: 'info', ...about })}\n`;
const relayed = line({ event: 'attempted', relayed: 1, deferred: 0 });
const deferred = line({ event: 'attempted', relayed: 0, deferred: 1, text: 'no answer' });
const warning = line({ level: 'warn', event: 'connector-suspended' });

test.each([
  ['nothing went wrong', relayed, ''],
  ['an attempt failed', deferred + relayed, deferred.trim()],
  ['a warning came last', deferred + warning + relayed, warning.trim()],
  ['a process that wrote no JSON', 'Error: no memory\n', 'Error: no memory'],
  ['the last line is half written', `${deferred}{"level":"wa`, deferred.trim()],
  ['there is no log', '', ''],
])('what the log says went wrong: %s', (_why, log, trouble) => {
  expect(lastTrouble(log)).toBe(trouble);
});

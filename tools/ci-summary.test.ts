import { expect, test } from 'vitest';
import { summarise } from './ci-summary.ts';

const report = (changes: object) =>
  JSON.stringify({ success: true, numPassedTests: 10, numFailedTests: 0, testResults: [], ...changes });
const failedFile = { status: 'failed', assertionResults: [] };

test.each([
  ['all passed', report({}), [], { passed: 10, failed: 0 }],
  [
    'steps count as tests',
    report({}),
    [
      ['check', 0],
      ['quickstart', 0],
    ],
    { passed: 12, failed: 0 },
  ],
  ['a failed step fails the run', report({}), [['check', 2]], { passed: 10, failed: 1 }],
  ['failed tests', report({ success: false, numFailedTests: 3 }), [], { passed: 10, failed: 3 }],
  [
    'a file that does not load',
    report({ success: false, testResults: [failedFile] }),
    [],
    { passed: 10, failed: 1 },
  ],
  ['an error outside of any test', report({ success: false }), [], { passed: 10, failed: 1 }],
  ['no report at all', undefined, [['check', 0]], { passed: 1, failed: 1 }],
  ['a report that is cut off', '{"success":tr', [], { passed: 0, failed: 1 }],
] as const)('%s', (_, text, steps, expected) => {
  expect(summarise(text, steps)).toEqual(expected);
});

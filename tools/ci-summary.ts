/**
 * Ends a run with the line that CI reads: `N passed, N failed`. Arguments: the JSON report of vitest, then `name=status`
 * for each further step, where status is its exit code. Exits 1 when anything failed, or when there is no report.
 */
import { readFileSync } from 'node:fs';

interface VitestReport {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Files that failed as a whole, such as one that cannot be loaded, have no failed test of their own. */
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

export interface Summary {
  readonly passed: number;
  readonly failed: number;
}

/** A report that is missing or cannot be read counts as one failure, and so does a failure that no test accounts for. */
export function summarise(
  report: string | undefined,
  steps: readonly (readonly [name: string, status: number])[],
): Summary {
  const tests = report === undefined ? { passed: 0, failed: 1 } : testsOf(report);
  const failedSteps = steps.filter(([, status]) => status !== 0).length;
  return { passed: tests.passed + steps.length - failedSteps, failed: tests.failed + failedSteps };
}

function testsOf(text: string): Summary {
  let report: VitestReport;
  try {
    report = JSON.parse(text) as VitestReport;
  } catch {
    return { passed: 0, failed: 1 };
  }
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  // An unhandled error fails the run and belongs to no test.
  return { passed: report.numPassedTests, failed: failed === 0 && !report.success ? 1 : failed };
}

function readOr(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const [file = '', ...rest] = process.argv.slice(2);
  const steps = rest.map((text) => {
    const [name = '', status = '1'] = text.split('=');
    return [name, Number(status)] as const;
  });
  for (const [name, status] of steps)
    process.stdout.write(`${name}: ${status === 0 ? 'passed' : 'FAILED'}\n`);
  const { passed, failed } = summarise(readOr(file), steps);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}

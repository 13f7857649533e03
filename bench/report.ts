/** The benchmark's table: one line a relay and case, and how many times the other. */
import type { Measurement } from './measure.ts';
import { describeCase, type Case } from './options.ts';

export interface CaseResult {
  readonly case: Case;
  /** By name of the relay: the median, or why there is none. */
  readonly targets: ReadonlyMap<string, Measurement | { readonly failed: string }>;
}

const head = ['', 'accepted/s', 'relayed/s', 'CPU ms/message', 'peak MiB', 'new connections out'] as const;

export function caseLines(result: CaseResult): string {
  const rows = [...result.targets].map(([name, measured]) =>
    'failed' in measured ? [name, `failed: ${measured.failed}`] : [name, ...figures(measured)],
  );
  const ratio = ratioRow(result);
  if (ratio !== undefined) rows.push(ratio);
  return `\n${describeCase(result.case)}\n${align([[...head], ...rows])}`;
}

function figures(measured: Measurement): string[] {
  return [
    measured.accepted.toFixed(0),
    measured.relayed.toFixed(0),
    measured.cpuMs.toFixed(3),
    (measured.peakBytes / 2 ** 20).toFixed(0),
    measured.sinkConnections.toFixed(0),
  ];
}

/** relay365 over Postfix: more is better for rates, less for CPU and memory. */
function ratioRow({ targets }: CaseResult): string[] | undefined {
  const ours = targets.get('relay365');
  const theirs = targets.get('postfix');
  if (ours === undefined || theirs === undefined || 'failed' in ours || 'failed' in theirs) return undefined;
  const over = (a: number, b: number): string => (b === 0 ? '-' : `${(a / b).toFixed(2)} x`);
  return [
    'ratio',
    over(ours.accepted, theirs.accepted),
    over(ours.relayed, theirs.relayed),
    over(ours.cpuMs, theirs.cpuMs),
    over(ours.peakBytes, theirs.peakBytes),
  ];
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...rows.map((row) => (row[column]?.startsWith('failed') ? 0 : (row[column]?.length ?? 0)))),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .map((line) => `  ${line.trimEnd()}\n`)
    .join('');
}

/** For `--json`: plain objects, figures unrounded. */
export function caseDocument(result: CaseResult): unknown {
  return { ...result.case, targets: Object.fromEntries(result.targets) };
}

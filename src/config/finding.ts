/** What a check of configuration or policy has to say, with the place it is about. */

/**
 * `error`: not started with it. `danger`: permitted because somebody asked for it in words, and said at every
 * start. `warning`: probably not what was meant.
 */
export type Severity = 'error' | 'danger' | 'warning';

/** Keys and indices from the root of the document. */
export type DocumentPath = readonly (string | number)[];

/** A finding about a document whose text, and so whose lines, the finder does not know. */
export interface DocumentFinding {
  readonly severity: Severity;
  readonly path: DocumentPath;
  /** What is wrong, as a whole sentence without its full stop. */
  readonly message: string;
  /** What would be right. */
  readonly expected: string;
  /** Something ends soon, which a running relay tells by itself, days ahead. */
  readonly ends?: true;
  /** Whether the place is that of the key or of its value; absent: the value. */
  readonly at?: 'key' | 'value';
}

export interface Finding {
  readonly severity: Severity;
  /** As the user named it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  /** `listeners[0].port`; empty for the document itself. */
  readonly path: string;
  readonly message: string;
  readonly expected: string;
  /** As in `DocumentFinding`. */
  readonly ends?: true;
}

/** `relay365.yaml:12:5: listeners[0].port: expected a port between 0 and 65535, found "abc"`. */
export function formatFinding(finding: Finding): string {
  const place = `${finding.file}:${finding.line}:${finding.column}`;
  const severity = finding.severity === 'error' ? '' : `${finding.severity}: `;
  const path = finding.path === '' ? '' : `${finding.path}: `;
  return `${place}: ${severity}${path}${findingText(finding)}`;
}

/** What is wrong and what would be right, in one line. */
export function findingText(finding: { readonly message: string; readonly expected: string }): string {
  const { message, expected } = finding;
  return expected === '' || message.includes(expected) ? message : `${message}; ${expected}`;
}

/** `listeners[0].port`; a key that is no plain word stands in brackets and quotes. */
export function formatPath(path: DocumentPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[A-Za-z_][\w-]*$/.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

export function hasErrors(findings: readonly { readonly severity: Severity }[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

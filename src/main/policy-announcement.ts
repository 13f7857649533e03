/** How a policy and its findings are told: by events, in one line, and by the API. */
import { formatFinding } from '../config/finding.ts';
import type { Finding } from '../config/finding.ts';
import type { Events } from '../observe/events.ts';
import type { ReadPolicy } from './policy-reader.ts';

/** Findings that one log line names; the rest are counted. */
const findingsNamedMax = 20;

/** That it is in force, and what is dangerous or doubtful about it. */
export function announcePolicy({ policy, findings }: ReadPolicy, events: Events): void {
  events.emit({
    kind: 'policy-loaded',
    revision: policy.revision,
    sources: policy.sources.size,
    connectors: policy.connectors.size,
  });
  for (const finding of findings) {
    // The event `expiring` tells it.
    if (finding.ends) continue;
    const text = formatFinding(finding);
    if (finding.severity === 'danger') events.emit({ kind: 'danger', text });
    else events.emit({ kind: 'warning', text });
  }
}

/** For one log line. */
export function textOf(findings: readonly Finding[]): string {
  const named = findings.slice(0, findingsNamedMax).map(formatFinding);
  const rest = findings.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}

/** As the API tells it. */
export function viewOf({ severity, path, message, expected, line, column }: Finding) {
  return { severity, path, message, expected, line, column };
}

/**
 * What labels may be. Values are words of the program and names of the policy, never text of a peer; and even of these only
 * so many are told apart, in the order in which they come, so that neither a policy of ten thousand sources nor a
 * fault of ours makes a series for everything.
 */

/** Values of a label that are told apart; every further one is counted as `other`. */
export const labelValuesMax = {
  source: 200,
  connector: 100,
  listener: 50,
  quota: 100,
  channel: 50,
  what: 20,
  /** Of every other label. */
  default: 100,
} as const;

export const labels = {
  source: `Source of the policy; \`other\` beyond the first ${labelValuesMax.source} that sent.`,
  connector: `Connector of the policy; \`other\` beyond the first ${labelValuesMax.connector} that were used.`,
  listener: `Listener of the configuration; \`other\` beyond ${labelValuesMax.listener}.`,
  tls: '`TLSv1`, `TLSv1.1`, `TLSv1.2`, `TLSv1.3`, or `none`.',
  class: '`2xx`, `4xx`, `5xx`; `none`: there was no reply.',
  rule: 'Stable name of what decided, as in the log.',
} as const;

/** Gives a label value back, or `other` once the bound of that label is reached. */
export function boundedLabels(
  valuesMax: number | Readonly<Record<string, number>> = labelValuesMax,
): (label: string, value: string) => string {
  const seen = new Map<string, Set<string>>();
  const maximum = (label: string): number =>
    typeof valuesMax === 'number' ? valuesMax : (valuesMax[label] ?? valuesMax['default'] ?? 0);
  return (label, value) => {
    let values = seen.get(label);
    if (!values) seen.set(label, (values = new Set()));
    if (values.has(value)) return value;
    if (values.size >= maximum(label)) return 'other';
    values.add(value);
    return value;
  };
}

/** `4xx` of `450 4.2.1 Later`; only the first digit is looked at, and only 2, 4 and 5 are classes of a final reply. */
export function replyClass(reply: string | undefined): '2xx' | '4xx' | '5xx' | 'none' {
  switch (reply?.charCodeAt(0) ?? 0) {
    case 0x32:
      return '2xx';
    case 0x34:
      return '4xx';
    case 0x35:
      return '5xx';
    default:
      return 'none';
  }
}

const tlsVersions = new Set(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);

/** The version as OpenSSL names it; `none` without TLS. */
export function tlsLabel(version: string | undefined): string {
  if (version === undefined) return 'none';
  return tlsVersions.has(version) ? version : 'other';
}

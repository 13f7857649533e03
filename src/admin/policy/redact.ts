/** Passwords, even hashed, leave the process for nobody: a hash can be guessed at offline. */
export const redacted = '[redacted]';

const secretKeys = new Set(['password', 'secret', 'clientSecret']);

/** A copy in which values of secrets are replaced; references (`env`, `file`) to them stay. */
export function redactDocument(document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => [
      key,
      secretKeys.has(key) && typeof value === 'string' ? redacted : redactValue(value),
    ]),
  );
}

function redactValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactValue);
  return typeof value === 'object' && value !== null
    ? redactDocument(value as Record<string, unknown>)
    : value;
}

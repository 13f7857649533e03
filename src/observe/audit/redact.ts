/** What the audit log keeps of a value: no secrets, and a bounded size. */

/** Octets of `before` or `after`; a policy may have millions, and its revisions keep those. */
const valueBytesMax = 16 * 1024;
const depthMax = 12;
const secretName =
  /password|secret|token|credential|^key$|privatekey|^code$|^response$|cookie|authorization/i;

/** The value as JSON would carry it, with `[redacted]` for what its name calls a secret. */
export function redactValue(value: unknown): unknown {
  const redacted = redact(value, 0);
  const text = JSON.stringify(redacted);
  if (text === undefined) return undefined;
  if (Buffer.byteLength(text) <= valueBytesMax) return JSON.parse(text) as unknown;
  return `[${Buffer.byteLength(text)} octets, which are more than the log keeps of one value]`;
}

function redact(value: unknown, depth: number): unknown {
  if (depth > depthMax) return '[deeper than the log goes]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecret(name, member) ? '[redacted]' : redact(member, depth + 1),
    ]),
  );
}

/** Whether there is a password is worth knowing, and no secret; a reference to a secret is neither. */
function isSecret(name: string, member: unknown): boolean {
  if (!secretName.test(name) || member === null || typeof member === 'boolean') return false;
  return !isReference(member);
}

function isReference(member: unknown): boolean {
  if (typeof member !== 'object' || member === null) return false;
  const names = Object.keys(member);
  return names.length === 1 && (names[0] === 'env' || names[0] === 'file');
}

/**
 * Holds what arrived against what was sent: the relay may add its Received field on top and the fields that a named
 * repair adds, and Graph takes the Bcc field out. Everything else has to be the same, octet for octet and in the same
 * order.
 */

export type Comparison =
  | { readonly kind: 'identical'; readonly added: readonly string[] }
  | { readonly kind: 'different'; readonly text: string; readonly offset: number };

interface Field {
  readonly name: string;
  readonly start: number;
  /** After the CR LF of its last line. */
  readonly end: number;
}

/**
 * `declared`: names of the fields that must have been added, each once; Received is always among them. `removed`: names of
 * the fields that must be gone.
 */
export function compareContent(
  original: Buffer,
  received: Buffer,
  declared: readonly string[],
  removed: readonly string[] = [],
): Comparison {
  const sent = withoutFields(original, removed);
  const missing = new Set(['received', ...declared.map((name) => name.toLowerCase())]);
  const added: string[] = [];
  const kept: Buffer[] = [];
  const bounds: { readonly from: number; readonly at: number }[] = [];
  const sentFields = fieldsOf(sent);
  let next = 0;
  let length = 0;
  const receivedFields = fieldsOf(received);
  for (const field of receivedFields) {
    const expected = sentFields[next];
    const bytes = received.subarray(field.start, field.end);
    const isSent = expected !== undefined && bytes.equals(sent.subarray(expected.start, expected.end));
    if (!isSent && missing.delete(field.name.toLowerCase())) {
      added.push(field.name);
      continue;
    }
    if (isSent) next += 1;
    bounds.push({ from: length, at: field.start });
    kept.push(bytes);
    length += bytes.length;
  }
  const bodyAt = receivedFields.at(-1)?.end ?? 0;
  bounds.push({ from: length, at: bodyAt });
  kept.push(received.subarray(bodyAt));
  const rest = Buffer.concat(kept);
  const difference = firstDifference(sent, rest);
  if (difference !== -1) return describe(sent, rest, difference, bounds);
  if (missing.size > 0) {
    return { kind: 'different', offset: 0, text: `no ${[...missing].join(', ')} field was added` };
  }
  return { kind: 'identical', added };
}

function withoutFields(content: Buffer, names: readonly string[]): Buffer {
  if (names.length === 0) return content;
  const gone = new Set(names.map((name) => name.toLowerCase()));
  const fields = fieldsOf(content);
  const kept = fields.filter(({ name }) => !gone.has(name.toLowerCase()));
  const body = content.subarray(fields.at(-1)?.end ?? 0);
  return Buffer.concat([...kept.map(({ start, end }) => content.subarray(start, end)), body]);
}

/** Fields of the header section, folded lines included; the empty line is not part of any. */
function fieldsOf(content: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  while (at < content.length) {
    let end = content.indexOf('\r\n', at);
    if (end === -1 || end === at) break;
    end += 2;
    while (content[end] === 0x20 || content[end] === 0x09) {
      const next = content.indexOf('\r\n', end);
      end = next === -1 ? content.length : next + 2;
    }
    const colon = content.indexOf(0x3a, at);
    if (colon === -1 || colon >= end) break;
    fields.push({ name: content.toString('latin1', at, colon).trimEnd(), start: at, end });
    at = end;
  }
  return fields;
}

/** Offset of the first octet that differs, or where the shorter one ends; -1: equal. */
function firstDifference(a: Buffer, b: Buffer): number {
  if (a.equals(b)) return -1;
  const step = 64 * 1024;
  const length = Math.min(a.length, b.length);
  for (let from = 0; from < length; from += step) {
    const to = Math.min(length, from + step);
    if (a.compare(b, from, to, from, to) === 0) continue;
    for (let at = from; at < to; at += 1) if (a[at] !== b[at]) return at;
  }
  return length;
}

function describe(
  sent: Buffer,
  rest: Buffer,
  offset: number,
  bounds: readonly { readonly from: number; readonly at: number }[],
): Comparison {
  const bound = bounds.findLast(({ from }) => from <= offset) ?? { from: 0, at: 0 };
  const receivedOffset = bound.at + offset - bound.from;
  const text =
    `sent octet ${offset} of ${sent.length} is ${excerpt(sent, offset)}, ` +
    `but octet ${receivedOffset} of what arrived is ${excerpt(rest, offset)}`;
  return { kind: 'different', offset: receivedOffset, text };
}

function excerpt(content: Buffer, at: number): string {
  if (at >= content.length) return 'missing';
  return JSON.stringify(content.toString('latin1', at, at + 16));
}

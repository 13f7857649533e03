/**
 * Ids of traces, made of ids of messages: a queue id is a ULID of 128 bits, and so is a trace id (W3C Trace Context, 3.2.2.3).
 * Whoever has one has the other, and nothing needs to be kept. Pure.
 */

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 32 hexadecimal digits; `undefined` for what is no ULID, or all zeros, which W3C forbids. */
export function traceIdOf(queueId: string): string | undefined {
  if (queueId.length !== 26) return undefined;
  let value = 0n;
  for (const character of queueId) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) return undefined;
    value = value * 32n + BigInt(digit);
  }
  // 26 digits hold 130 bits; a ULID uses 128 of them.
  return value === 0n || value >= 1n << 128n ? undefined : value.toString(16).padStart(32, '0');
}

/** Only of messages that are traced: an id that leads nowhere would be looked for in vain. */
export function sampledTraceIdOf(queueId: string, share: number): string | undefined {
  const traceId = traceIdOf(queueId);
  return traceId !== undefined && isSampled(traceId, share) ? traceId : undefined;
}

/** Span id of the message itself: the random half of its trace id, so that children can name it before it is written. */
export function rootSpanIdOf(traceId: string): string {
  const id = traceId.slice(16);
  return /^0+$/.test(id) ? '0000000000000001' : id;
}

/** The moment the id was made, at MAIL: the first 48 bits of a ULID, milliseconds since 1970. */
export function begunAt(traceId: string): number {
  return Number.parseInt(traceId.slice(0, 12), 16);
}

/** By the last 56 bits, which W3C Trace Context Level 2 asks to be random; the first 52 of them, which a number holds. */
export function isSampled(traceId: string, share: number): boolean {
  return Number.parseInt(traceId.slice(18, 31), 16) < share * 2 ** 52;
}

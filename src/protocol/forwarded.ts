/**
 * Through whom an HTTP request came, as reverse proxies write it down: `Forwarded` (RFC 7239) and X-Forwarded-For. Pure.
 *
 * Each proxy adds to the right of what it was sent, and what it was sent may be anything. So the field is read from its right
 * end, one node at a time: quotes that a client left open further left hide nothing of what a proxy added.
 */

export const forwardedFields = ['x-forwarded-for', 'forwarded'] as const;
export type ForwardedField = (typeof forwardedFields)[number];

/**
 * The nodes of a field value, the nearest first: an IP address without brackets and port, or `undefined` where the proxy
 * names none (`unknown`, an obfuscated identifier, no `for`) or what stands there is malformed.
 */
export function* forwardedNodes(field: ForwardedField, value: string): Generator<string | undefined> {
  for (const element of elementsFromRight(value)) {
    yield field === 'forwarded' ? forOf(element) : addressOf(element);
  }
}

function* elementsFromRight(value: string): Generator<string> {
  let end = value.length;
  let isQuoted = false;
  for (let at = value.length - 1; at >= -1; at -= 1) {
    const character = value[at];
    if (character === '"') isQuoted = !isQuoted;
    if (at >= 0 && (character !== ',' || isQuoted)) continue;
    const element = value.slice(at + 1, end).trim();
    end = at;
    // RFC 9110 5.6.1.2: empty elements of a list are not counted.
    if (element !== '') yield element;
  }
}

/** RFC 7239 4: `for=192.0.2.60;proto=http;by=203.0.113.43`; names in any case, once each. */
function forOf(element: string): string | undefined {
  const values = element.split(';').flatMap((pair) => {
    const [, name, value] = /^\s*([!#$%&'*+.^_`|~\w-]+)=(.*?)\s*$/.exec(pair) ?? [];
    return name?.toLowerCase() === 'for' && value !== undefined ? [value] : [];
  });
  const [value] = values;
  if (value === undefined || values.length > 1) return undefined;
  const quoted = /^"([^"\\]*)"$/.exec(value)?.[1];
  // RFC 7239 6: what holds a colon is quoted; a bare value is an IPv4 address.
  return quoted === undefined ? addressOf(value) : addressOf(quoted);
}

/** `192.0.2.60`, `192.0.2.60:4711`, `2001:db8::17`, `[2001:db8::17]`, `[2001:db8::17]:4711`. */
function addressOf(node: string): string | undefined {
  const bracketed = /^\[([0-9a-f:.]{2,45})\](?::\w{1,12})?$/i.exec(node);
  if (bracketed) return bracketed[1];
  const v4 = /^(\d{1,3}(?:\.\d{1,3}){3})(?::\w{1,12})?$/.exec(node);
  if (v4) return v4[1];
  return /^[0-9a-f:.]{2,45}$/i.test(node) && node.includes(':') ? node : undefined;
}

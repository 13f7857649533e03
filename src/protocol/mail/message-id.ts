/** RFC 5322 3.6.4. */

/** `<id@host>`; the id is ours and unique, so the field also names the message in trace and log. */
export function makeMessageId(id: string, hostname: string): string {
  return `<${id}@${hostname}>`;
}

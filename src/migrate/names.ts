/** Names that log, trace and commands can carry, from words of an old relay. */
export function nameOf(text: string): string {
  const plain = text.replaceAll(/[^\w.-]+/g, '-').slice(0, 60);
  return plain.replaceAll(/^-+|-+$/g, '').toLowerCase() || 'imported';
}

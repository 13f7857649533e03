/** Words around numbers. Pure. */

/** `1 source`, `2 sources`; `many` where the plural has no plain s: `1 entry`, `2 entries`. */
export function countOf(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}

const sizeUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `1.5 MiB`, from octets. */
export function formatBytes(bytes: number): string {
  const power = Math.min(sizeUnits.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 2 ** (10 * power);
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${sizeUnits[power]}`;
}

/** `TLS 1.0` from OpenSSL's `TLSv1` (SSL_get_version(3)): the name that people know, for sentences and tables. */
export function tlsName(version: string): string {
  return version === 'TLSv1' ? 'TLS 1.0' : version.replace(/^TLSv/, 'TLS ');
}

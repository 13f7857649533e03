/** Bodies that are MIME in base64. */
import type { GraphCall } from './context.ts';

export function mediaType({ request }: GraphCall): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** RFC 4648 4; line breaks are let pass, anything else is not base64. */
export function readMime(body: Buffer): Buffer | undefined {
  const text = body.toString('latin1').replaceAll(/[\r\n]/g, '');
  if (text.length === 0 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

/** Headers that every answer bears, and those of a page. */

const common = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Answers of the API hold nothing that a browser should run, show in a frame, or keep. */
export const apiHeaders = {
  ...common,
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
} as const;

/** RFC 6797; a year, as the preload lists ask for at least. Not for other hosts below this name: they are not ours. */
export const strictTransport = { 'strict-transport-security': 'max-age=31536000' } as const;

/** `nonce`: of this one answer; the page gives it to the style elements that it makes. */
export function pageHeaders(nonce: string): Readonly<Record<string, string>> {
  return {
    ...common,
    'cache-control': 'no-store',
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      `style-src-elem 'self' 'nonce-${nonce}'`,
      // Components place things by style attributes, which cannot bear a nonce (CSP Level 3, 8.3).
      "style-src-attr 'unsafe-inline'",
      "connect-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "manifest-src 'self'",
      "frame-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
  };
}

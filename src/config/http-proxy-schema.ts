/** An HTTP proxy on the way out, of a connector, a webhook or the heartbeat. */
import { z } from 'zod';
import { secret } from './secret-schema.ts';

/** Reached by CONNECT: a URL without user, path or query. */
export const httpProxy = z
  .string('expected a URL such as http://proxy.contoso.com:3128')
  .regex(
    /^http:\/\/(?:[^\s/?#@:[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5}\/?$/,
    'expected a URL with a port, such as http://proxy.contoso.com:3128',
  );

/** Login at such a proxy. */
export const httpProxyLogin = z
  .strictObject({
    username: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^:]+$/, 'expected a user name without a colon')
      .describe('User name at the proxy.'),
    password: secret.describe('Its password.'),
  })
  .optional()
  .describe('Login at `proxy` (Basic, RFC 7617).');

export type HttpProxyLogin = NonNullable<z.output<typeof httpProxyLogin>>;

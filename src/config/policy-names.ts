/** Values that several parts of the policy document share. */
import { z } from 'zod';

/** Name of a source, a connector or a tenant. */
export const name = z
  .string('expected a name of letters, digits, dot, dash or underscore')
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'expected a name of letters, digits, dot, dash or underscore');

/** Pattern of an envelope address. */
export const addressPattern = z
  .string()
  .min(1)
  .max(320)
  .describe('`user@domain`, `*@domain`, `*@*.domain` or `*`.');

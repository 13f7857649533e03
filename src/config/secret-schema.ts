/** How a secret is written in a configuration. */
import { z } from 'zod';

/** A value that is better not written into the file. */
export const secret = z
  .union([
    z.strictObject({
      env: z.string().min(1).describe('Name of the environment variable that holds the value.'),
    }),
    z.strictObject({
      file: z.string().min(1).describe('File that holds the value; a final line end is ignored.'),
    }),
    z.string().min(1),
  ])
  .describe('A secret: `{ env: NAME }`, `{ file: PATH }`, or the value itself.');

export type Secret = z.output<typeof secret>;

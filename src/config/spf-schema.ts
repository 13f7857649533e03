/** `spf` of a source and of a listener: what follows from a result of SPF (RFC 7208). */
import { z } from 'zod';

/** `record`: it is written into header and trace, and the message passes. */
const action = z.enum(['refuse', 'defer', 'record']);

export const spfSchema = z.strictObject({
  fail: action.default('refuse').describe('The domain says that this host may not send for it.'),
  softfail: action.default('record').describe('The domain says that it probably may not.'),
  permerror: action.default('record').describe('The record of the domain is broken.'),
  temperror: z.enum(['defer', 'record']).default('defer').describe('The record cannot be looked up now.'),
});

export type SpfConfig = z.output<typeof spfSchema>;

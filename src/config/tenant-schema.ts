/** `tenant` and `tenants` of `policy.yaml`: the Microsoft 365 tenants that mail is sent through. Descriptions feed the generated reference. */
import { z } from 'zod';
import { name } from './policy-names.ts';
import { count } from './units.ts';

/** The tenant, its domains and its cloud. */
export const tenant = z.strictObject({
  domain: z.string().min(1).max(255).describe('Main domain of the tenant.'),
  acceptedDomains: z.array(z.string()).default([]).describe('Domains for which the tenant takes mail.'),
  cloud: z
    .enum(['worldwide', 'gcc-high', 'dod', 'china'])
    .default('worldwide')
    .describe('Microsoft’s cloud that the tenant is in.'),
  licences: count
    .optional()
    .describe(
      'Licences that may send mail. They decide how many external recipients a tenant may have in 24 hours; absent: that is not kept.',
    ),
});

/** One of several tenants. */
export const namedTenant = z.strictObject({
  name: name.describe('Name in `tenant` of connectors, in trace and quotas.'),
  ...tenant.shape,
});

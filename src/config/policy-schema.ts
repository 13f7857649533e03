/** `policy.yaml`: who may send, and how mail leaves. Descriptions feed the generated reference. */
import { z } from 'zod';
import { ageing, blockedEntry } from './ageing-schema.ts';
import { connector, type mxRoute, type smartHostRoute } from './connector-schema.ts';
import { checkProfiles, profile, withProfiles } from './profiles.ts';
import { withDefaults } from './route-defaults.ts';
import { source } from './source-schema.ts';
import { namedTenant, tenant } from './tenant-schema.ts';

export { quirkNames, repairNames, type QuirkName, type RepairName } from './source-schema.ts';

const policyShape = z.strictObject({
  tenant: tenant.optional().describe('The Microsoft 365 tenant that this relay serves.'),
  tenants: z
    .array(namedTenant)
    .min(1)
    .optional()
    .describe(
      'Several tenants, instead of `tenant`: each has its own connectors, credentials, certificates and quotas.',
    ),
  sources: z.array(source).default([]).describe('Who may send; nobody else may.'),
  profiles: z
    .array(profile)
    .optional()
    .describe('Named sets of quirks and repairs, for families of devices.'),
  connectors: z.array(connector).default([]).describe('How mail leaves.'),
  ageing: ageing.optional().describe('What happens when a permission to send ends; absent: it ends.'),
  blocked: z
    .array(blockedEntry)
    .optional()
    .describe('Addresses that are refused before they can say anything, sources or not.'),
});

/** As a person writes it; what comes out has the defaults of each route, and what its route needs to know of the tenant. */
export const policySchema = policyShape
  .superRefine((document, context) => checkProfiles(document, context))
  .transform((document) => withDefaults(withProfiles(document)));

export type PolicyDocument = z.output<typeof policySchema>;
export type SourceConfig = PolicyDocument['sources'][number];
export type ConnectorConfig = PolicyDocument['connectors'][number];
export type RouteConfig = ConnectorConfig['route'];
export type SmartHostRoute = z.output<typeof smartHostRoute>;
export type MxRoute = z.output<typeof mxRoute>;

/** How mail leaves. */
import { z } from 'zod';
import { finding, moment, objectName, quotaScope } from './common.ts';
import { explanation } from './explanation.ts';

const suspension = { reason: z.string(), since: moment.optional(), until: moment.optional() };

export const connectorView = z
  .object({
    name: z.string(),
    route: z.string(),
    hosts: z.array(z.string()),
    tenant: z.string().optional().describe('Of Microsoft 365.'),
    identity: z
      .object({
        kind: z.enum(['certificate', 'address', 'login', 'application', 'person', 'none']),
        text: z.string().describe('Name in the certificate, user name, or application (client) id.'),
        mailbox: z.string().optional().describe('That sends.'),
      })
      .describe('By what the next hop knows the relay.'),
    limits: z
      .object({
        messagesPerMinute: z.int().optional(),
        recipientsPerMessage: z.int().optional(),
        messageBytes: z.int().optional(),
        recipientsPerDay: z.int().optional(),
      })
      .describe('In force for it; absent: no bound.'),
    addressSpaces: z.array(z.object({ pattern: z.string(), cost: z.number() })),
    sources: z.array(z.string()),
    tls: z.string(),
    fallback: z.array(z.string()).optional().describe('Connectors that stand in, in their order.'),
    active: z.int().describe('Deliveries under way.'),
    waiting: z.int().describe('Deliveries that wait for a place or a rate.'),
    suspended: z.object(suspension).optional(),
    destinations: z
      .array(z.object({ domain: z.string(), ...suspension }))
      .describe('Domains suspended alone.'),
    senders: z
      .array(z.object({ sender: z.string(), reason: z.string(), since: moment, until: moment }))
      .describe('Senders whose mail alone waits. Resuming the connector lets them try.'),
    connections: z
      .object({ now: z.int(), limit: z.int(), reason: z.string().optional() })
      .optional()
      .describe('At a time; fewer than the limit where the next hop asked for it. Absent: not used yet.'),
    totals: z
      .object({ relayed: z.int(), deferred: z.int(), failed: z.int(), inDoubt: z.int() })
      .describe('Recipients since the connector was first used.'),
    lastFailure: z
      .object({ at: moment, code: z.string(), text: z.string(), explanation: explanation.optional() })
      .optional(),
    lastSuccessAt: moment.optional(),
    lastValidated: z
      .object({ at: moment, outcome: z.enum(['ok', 'warn', 'fail']), summary: z.string() })
      .optional()
      .describe('Absent: it was never validated.'),
    quotas: z
      .array(
        z.object({
          quota: z.string().describe('What is counted, in which time, and whose it is.'),
          scope: quotaScope,
          owner: z.string().describe('Whose it is, in words.'),
          used: z.int(),
          limit: z.int(),
          free: z.int(),
          runsOutAt: moment.optional().describe('At the rate of the last hour.'),
          freeAt: moment.optional().describe('When there is room again; only where it has run out.'),
          said: z.string().optional().describe('What Microsoft 365 said when it called the limit reached.'),
        }),
      )
      .describe('Limits of Microsoft 365 that hold for it; connectors of one mailbox or tenant share them.'),
  })
  .meta({ id: 'Connector' });

export const suspendBody = z.object({
  reason: z.string().min(1).max(500).default('suspended by an operator'),
  until: moment.optional().describe('When it is used again by itself; absent: when somebody resumes it.'),
});

export const resumeBody = z.object({
  sender: z
    .string()
    .min(1)
    .max(320)
    .optional()
    .describe(
      'Only this sender, whose mail waits, is tried again: an address, or <>; absent: the connector and all senders.',
    ),
});

/** As in `policy.yaml`; docs/schema/policy.schema.json says each key. */
export const connectorDocument = z
  .looseObject({ name: objectName })
  .describe('One entry of `connectors` as policy.yaml has it.');

export const connectorBody = z.object({
  document: connectorDocument.describe(
    'The whole entry. A secret given as `[redacted]` stays the one there is; a new one is kept encrypted and never shown.',
  ),
});

export const connectorDetail = z
  .object({
    version: z.string().describe('What If-Match names: the revision of the policy.'),
    revision: z.int().describe('Of the policy.'),
    connector: connectorView,
    document: connectorDocument,
    path: z.string().describe('Where the entry stands in the policy.'),
    findings: z.array(finding).describe('Dangers and warnings about this connector.'),
  })
  .meta({ id: 'ConnectorDetail' });

export const connectorCheckBody = z.object({
  document: connectorDocument,
  replaces: objectName.optional().describe('The connector that it is to replace.'),
});

export const cloneBody = z.object({
  name: objectName.describe('Name of the new connector, which begins suspended.'),
});

export const connectorSignIn = z
  .object({
    state: z.enum(['none', 'waiting', 'done', 'failed']).describe('Of what was begun last.'),
    code: z.string().optional().describe('What a person types at `url`.'),
    url: z.string().optional(),
    expiresAt: moment.optional().describe('Of the code.'),
    at: moment.optional().describe('When it ended.'),
    who: z.string().optional().describe('Who signed in.'),
    text: z.string().optional().describe('Why it failed.'),
    kept: z
      .object({ until: moment, refused: z.boolean().describe('Microsoft Entra takes it no more.') })
      .optional()
      .describe('The sign-in that the relay keeps; without use it ends then.'),
  })
  .meta({ id: 'ConnectorSignIn' });

export type ConnectorSignIn = z.output<typeof connectorSignIn>;
export type ConnectorDetail = z.output<typeof connectorDetail>;
export type ConnectorView = z.output<typeof connectorView>;

/** How mail leaves. */
import { z } from 'zod';
import { moment } from './common.ts';

const suspension = { reason: z.string(), since: moment.optional(), until: moment.optional() };

export const connectorView = z
  .object({
    name: z.string(),
    route: z.string(),
    hosts: z.array(z.string()),
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
    totals: z
      .object({ relayed: z.int(), deferred: z.int(), failed: z.int(), inDoubt: z.int() })
      .describe('Recipients since the connector was first used.'),
    lastFailure: z.object({ at: moment, code: z.string(), text: z.string() }).optional(),
    lastSuccessAt: moment.optional(),
    quotas: z
      .array(
        z.object({
          quota: z.string().describe('What is counted, in which time, and whose it is.'),
          used: z.int(),
          limit: z.int(),
          free: z.int(),
          runsOutAt: moment.optional().describe('At the rate of the last hour.'),
          freeAt: moment.optional().describe('When there is room again; only where it has run out.'),
        }),
      )
      .describe('Limits of Microsoft 365 that hold for it; connectors of one mailbox or tenant share them.'),
  })
  .meta({ id: 'Connector' });

export const suspendBody = z.object({
  reason: z.string().min(1).max(500).default('suspended by an operator'),
});

export type ConnectorView = z.output<typeof connectorView>;

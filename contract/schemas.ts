/**
 * The values of the admin API. Server and clients share these schemas; /api/openapi.json is made from them.
 * Moments are RFC 3339 in UTC, sizes octets, lengths of time milliseconds.
 */
import { z } from 'zod';

const moment = z.iso.datetime().describe('RFC 3339, UTC.');

const finding = z.object({
  severity: z.string(),
  path: z.string(),
  message: z.string(),
  expected: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
});

/** RFC 9457. */
export const problem = z
  .object({
    type: z.string().default('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    findings: z.array(finding).optional().describe('Faults of a document that was sent.'),
  })
  .meta({ id: 'Problem' });

export const health = z.object({ status: z.enum(['ok', 'unavailable']) }).meta({ id: 'Health' });

export const status = z
  .object({
    version: z.string(),
    hostname: z.string(),
    pid: z.int(),
    startedAt: moment,
    accepting: z.boolean().describe('Mail is taken; false while stopping or while the store is unwell.'),
    trouble: z.string().optional().describe('Why mail is not taken.'),
    data: z.string().describe('Data directory.'),
    store: z.string(),
    listeners: z.array(
      z.object({
        name: z.string(),
        address: z.string(),
        port: z.int(),
        tls: z.string(),
        connections: z.int(),
      }),
    ),
    queue: z.object({
      active: z.int(),
      held: z.int(),
      settled: z.int(),
      oldestActiveAt: moment.optional(),
      bytesOnDisk: z.number(),
      bytesFree: z.number().optional(),
      bytesInMemory: z.number(),
    }),
    policy: z.object({
      revision: z.int(),
      sources: z.int(),
      connectors: z.int(),
      refused: z
        .object({ at: moment, text: z.string().describe('Its faults with their places.') })
        .optional()
        .describe('A newer version that has faults; the revision named here stays in force.'),
    }),
    dangers: z.array(z.string()).describe('Dangerous settings in force, in words.'),
    expiring: z
      .array(
        z.object({
          what: z.string(),
          at: moment,
          days: z.int().describe('Whole days that remain; negative after the end.'),
        }),
      )
      .describe('Client secrets and certificates whose end is known, the next first.'),
  })
  .meta({ id: 'Status' });

const messageBase = {
  id: z.string(),
  at: moment.describe('Acceptance.'),
  state: z.enum(['active', 'held', 'settled']),
  result: z.enum(['relayed', 'failed', 'expired', 'mixed']).optional().describe('Once settled.'),
  source: z.string().optional().describe('Absent for our own notices.'),
  sender: z.string().describe('Reverse-path; empty for the null sender.'),
  subject: z.string().optional(),
  bytes: z.number(),
  priority: z.enum(['priority', 'normal', 'bulk']),
  isNotice: z.boolean(),
  attempts: z.int(),
  nextAttemptAt: moment.optional(),
  inDoubt: z.int().describe('Attempts of which the end is not known, each a possible duplicate.'),
};

export const messageSummary = z
  .object({
    ...messageBase,
    recipients: z.array(z.string()).describe('The first ten.'),
    recipientCount: z.int(),
    last: z.string().optional().describe('Newest reply or failure, verbatim.'),
  })
  .meta({ id: 'MessageSummary' });

const recipientView = z.object({
  address: z.string(),
  state: z.enum(['pending', 'held', 'relayed', 'failed', 'expired']),
  at: moment.optional(),
  nextAttemptAt: moment.optional(),
  attempts: z.int().optional(),
  connector: z.string().optional(),
  host: z.string().optional(),
  reply: z.string().optional().describe('Reply of the next hop, verbatim.'),
  reason: z.string().optional(),
});

export const tlsView = z.object({ version: z.string(), cipher: z.string(), verified: z.boolean() });

export const messageDetail = z
  .object({
    ...messageBase,
    recipients: z.array(recipientView),
    owner: z.string().optional(),
    messageId: z.string().optional(),
    from: z.string().optional(),
    reroute: z.string().optional(),
    contentKept: z.boolean(),
    client: z
      .object({
        address: z.string(),
        helo: z.string(),
        listener: z.string(),
        login: z.string().optional(),
        certificate: z.string().optional(),
        tls: tlsView.optional(),
      })
      .optional(),
    attemptLog: z.array(
      z.object({
        at: moment,
        durationMs: z.number(),
        connector: z.string(),
        host: z.string(),
        tls: tlsView.optional(),
        results: z.array(
          z.object({
            recipient: z.string(),
            result: z.enum(['relayed', 'failed', 'in-doubt']),
            reply: z.string().optional(),
            text: z.string().optional(),
          }),
        ),
      }),
    ),
    trace: z.array(z.object({ at: moment, step: z.string(), text: z.string(), by: z.string().optional() })),
  })
  .meta({ id: 'Message' });

export const eventView = z
  .object({
    ref: z.string(),
    at: moment,
    kind: z.string(),
    source: z.string().optional(),
    address: z.string().optional(),
    fields: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });

export const traceView = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('message'), message: messageDetail }),
    z.object({ kind: z.literal('event'), event: eventView }),
  ])
  .meta({ id: 'Trace' });

export const sourceView = z
  .object({
    name: z.string(),
    description: z.string().optional(),
    owner: z.string().optional(),
    networks: z.array(
      z.object({ range: z.string(), expires: z.string().optional(), note: z.string().optional() }),
    ),
    login: z.string().optional().describe('User name.'),
    certificate: z.boolean(),
    require: z.array(z.string()).optional(),
    requireTls: z.boolean(),
    senders: z.array(z.string()),
    recipients: z.array(z.string()),
    priority: z.string(),
    repair: z.array(z.string()),
    quirks: z.array(z.string()),
    expires: z.string().optional(),
  })
  .meta({ id: 'Source' });

const suspension = { reason: z.string(), since: moment.optional(), until: moment.optional() };

export const connectorView = z
  .object({
    name: z.string(),
    route: z.string(),
    hosts: z.array(z.string()),
    addressSpaces: z.array(z.object({ pattern: z.string(), cost: z.number() })),
    sources: z.array(z.string()),
    tls: z.string(),
    fallback: z.string().optional(),
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

export const policyView = z
  .object({
    revision: z.int(),
    managed: z
      .enum(['file', 'inline', 'store'])
      .describe('Where the truth lies; only `store` can be changed here.'),
    file: z.string().optional(),
    dangers: z.array(z.string()),
    document: z.record(z.string(), z.unknown()).describe('Hashes and secrets are left out as `[redacted]`.'),
  })
  .meta({ id: 'Policy' });

export const findings = z
  .object({
    valid: z.boolean(),
    findings: z.array(finding),
  })
  .meta({ id: 'Findings' });

export const revisions = z
  .object({
    items: z.array(
      z.object({ revision: z.int(), at: moment, author: z.string(), added: z.int(), removed: z.int() }),
    ),
  })
  .meta({ id: 'PolicyRevisions' });

export const revisionDetail = z
  .object({
    revision: z.int(),
    at: moment,
    author: z.string(),
    document: z.record(z.string(), z.unknown()),
    diff: z.array(z.string()).describe('Lines against the revision before, with + or - in front.'),
  })
  .meta({ id: 'PolicyRevision' });

export const actionResult = z
  .object({ result: z.literal('done'), message: messageSummary.optional() })
  .meta({ id: 'ActionResult' });

export const limitQuery = z.coerce.number().int().min(1).max(1000).default(50);

export const messageQuery = z.object({
  state: z.enum(['active', 'held', 'settled']).optional(),
  source: z.string().max(100).optional(),
  connector: z.string().max(100).optional(),
  text: z.string().max(300).optional().describe('Part of sender, recipient, subject, message id or id.'),
  from: z.iso.datetime({ offset: true }).optional().describe('Accepted at or after.'),
  before: z.iso.datetime({ offset: true }).optional().describe('Accepted before.'),
  order: z.enum(['newest', 'oldest']).default('newest'),
  limit: limitQuery,
  cursor: z.string().max(500).optional(),
});

export const eventQuery = z.object({
  kind: z.string().max(50).optional(),
  text: z.string().max(300).optional(),
  limit: limitQuery,
  cursor: z.string().max(500).optional(),
});

export const holdBody = z.object({ reason: z.string().min(1).max(500).default('held by an operator') });
export const rerouteBody = z.object({
  connector: z.string().min(1).max(100).nullable().describe('Name of a connector; null: as the policy says.'),
});
export const deleteBody = z.object({
  notice: z.boolean().default(true).describe('Tell the sender that the message was not delivered.'),
});
export const suspendBody = z.object({
  reason: z.string().min(1).max(500).default('suspended by an operator'),
});
export const policyText = z.object({
  text: z.string().max(4_000_000).describe('The policy as YAML or JSON.'),
});

export const ref = z.string().regex(/^[0-9A-Za-z-]{1,64}$/);
export const objectName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);

export type Status = z.output<typeof status>;
export type MessageSummary = z.output<typeof messageSummary>;
export type MessageDetail = z.output<typeof messageDetail>;
export type EventView = z.output<typeof eventView>;
export type TraceView = z.output<typeof traceView>;
export type SourceView = z.output<typeof sourceView>;
export type ConnectorView = z.output<typeof connectorView>;
export type PolicyView = z.output<typeof policyView>;
export type FindingsView = z.output<typeof findings>;
export type ProblemBody = z.output<typeof problem>;

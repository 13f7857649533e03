/** Alerts, their rules, and the channels by which people hear of them. */
import { z } from 'zod';
import { limitQuery, moment, ref } from './common.ts';

const severity = z.enum(['warning', 'critical']);
const ruleId = z.string().regex(/^[a-z][a-z-]{0,40}$/);
const person = { by: z.string(), at: moment };

const mute = z.object({ until: moment, reason: z.string(), ...person });

export const alertView = z
  .object({
    id: ref,
    rule: ruleId,
    title: z.string().describe('Title of the rule.'),
    severity,
    state: z.enum(['open', 'closed']),
    subject: z.string().describe('What it is about: a connector, a source, a quota, or the relay.'),
    text: z.string().describe('What is the matter, with numbers.'),
    advice: z.string(),
    connector: z.string().optional(),
    source: z.string().optional(),
    openedAt: moment,
    closedAt: moment.optional(),
    acknowledged: z
      .object({ note: z.string(), ...person })
      .optional()
      .describe('Somebody looks after it.'),
    muted: z.boolean().describe('Its rule is muted, so nobody is told.'),
    told: z
      .array(
        z.object({
          channel: z.string(),
          about: z.enum(['opened', 'worse', 'closed']),
          at: moment,
          ok: z.boolean(),
          detail: z.string(),
        }),
      )
      .describe('Who was told, the last word of each.'),
  })
  .meta({ id: 'Alert' });

export const alertsQuery = z.object({
  state: z.enum(['open', 'closed', 'all']).default('open'),
  rule: ruleId.optional(),
  limit: limitQuery,
  cursor: z.string().max(200).optional(),
});

export const acknowledge = z.object({ note: z.string().trim().min(1).max(500) });

export const ruleView = z
  .object({
    id: ruleId,
    title: z.string(),
    what: z.string().describe('When it opens an alert.'),
    why: z.string(),
    advice: z.string(),
    enabled: z.boolean(),
    severity: severity.optional().describe('Instead of the one that the rule gives by itself.'),
    coolDownMs: z.number(),
    settings: z.array(
      z.object({
        name: z.string(),
        unit: z
          .enum(['time', 'size', 'percent', 'count', 'times'])
          .describe('`time`: milliseconds; `size`: octets.'),
        value: z.number(),
        default: z.number(),
        means: z.string(),
      }),
    ),
    inFile: z.boolean().describe('`alerts.rules` of relay365.yaml sets it, and only there it is changed.'),
    muted: mute.optional(),
    open: z.int().describe('Open alerts of it.'),
  })
  .meta({ id: 'AlertRule' });

export const ruleParams = z.object({ id: ruleId });

export const ruleChange = z.object({
  enabled: z.boolean().optional(),
  severity: severity.nullable().optional().describe('`null`: the one that the rule gives by itself.'),
  settings: z
    .record(z.string().max(40), z.number())
    .optional()
    .describe('By name; milliseconds, octets, percent or a number. What is absent keeps its value.'),
});

export const muteRequest = z.object({
  until: moment.describe('At most 90 days ahead.'),
  reason: z.string().trim().min(1).max(500),
});

export const channelView = z
  .object({
    name: z.string(),
    type: z.enum(['webhook', 'mail', 'syslog', 'heartbeat']),
    target: z.string().describe('Where it leads, without path and secrets.'),
    severity: severity.optional().describe('Least severity that is sent there.'),
    rules: z.array(z.string()).optional().describe('Rules that are sent there; absent: all.'),
    last: z.object({ at: moment, ok: z.boolean(), detail: z.string() }).optional(),
    waiting: z.int().describe('Messages that wait to be sent again.'),
  })
  .meta({ id: 'AlertChannel' });

export const channelTest = z
  .object({ ok: z.boolean(), detail: z.string(), durationMs: z.number() })
  .meta({ id: 'AlertChannelTest' });

export type AlertView = z.output<typeof alertView>;
export type AlertRuleView = z.output<typeof ruleView>;
export type AlertChannelView = z.output<typeof channelView>;
export type AlertChannelTest = z.output<typeof channelTest>;

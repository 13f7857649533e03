/** "What would happen": one message judged stage by stage, by what judges the live session. */
import { z } from 'zod';

const address = z.string().max(320);

export const simulation = z.object({
  address: z.union([z.ipv4(), z.ipv6()]).describe('Address of the client.'),
  listener: z.string().max(63).optional().describe('Absent: the first.'),
  tls: z.boolean().default(false),
  helo: z.string().max(255).optional(),
  login: z.string().max(255).optional().describe('User name of a login that succeeded.'),
  certificate: z
    .object({
      fingerprint: z.string().max(200).optional().describe('SHA-256, colons allowed.'),
      commonName: z.string().max(255).optional(),
      dnsNames: z.array(z.string().max(255)).max(20).default([]),
      trusted: z.boolean().default(false).describe('A CA of tls.clientCa vouches for it.'),
    })
    .optional(),
  sender: address.describe('Envelope sender; empty: the null sender.'),
  recipients: z.array(address).min(1).max(100),
  from: address.optional().describe('Address of the header From; absent: that of the envelope.'),
  bytes: z.int().min(0).optional().describe('Size of the message.'),
  at: z.iso.datetime().optional().describe('The moment to judge for; absent: now.'),
  policy: z
    .string()
    .max(4_000_000)
    .optional()
    .describe('A draft to judge by, as text; absent: the policy in force.'),
});

export const stageName = z.enum([
  'listener',
  'recognition',
  'login',
  'tls',
  'connections',
  'sender',
  'size',
  'rates',
  'recipient',
  'recipients',
  'header-from',
  'hold',
  'rewrite',
  'repair',
  'route',
  'attribution',
]);

export const simulationStage = z.object({
  stage: stageName,
  verdict: z.enum(['accept', 'refuse', 'defer', 'note', 'skipped']),
  rule: z.string(),
  explanation: z.string(),
  path: z.string().optional().describe('Where the rule stands in the policy.'),
  reply: z.string().optional().describe('What the client would be told.'),
  recipient: z.string().optional(),
  connectors: z.array(z.string()).optional().describe('First choice, then fallbacks.'),
  passedOver: z
    .array(z.object({ connector: z.string(), reason: z.string() }))
    .optional()
    .describe('Connectors that could not take it, and why.'),
});

export const simulationResult = z
  .object({
    verdict: z.enum(['accept', 'refuse', 'defer']),
    source: z.string().optional(),
    summary: z.string(),
    stages: z.array(simulationStage),
  })
  .meta({ id: 'Simulation' });

export type SimulationQuestion = z.output<typeof simulation>;
export type SimulationStage = z.output<typeof simulationStage>;
export type SimulationResult = z.output<typeof simulationResult>;

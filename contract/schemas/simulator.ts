/** "What would happen": one message judged stage by stage, by what judges the live session. */
import { z } from 'zod';
import { simulatedBytesMax } from '../simulated-bytes.ts';

/** Also what no address is: the answer then says how it would be refused. */
const words = z.string().max(1000);

const content = z.union([
  z
    .strictObject({ text: z.string().max(simulatedBytesMax) })
    .describe('Text: UTF-8, and every line end becomes CR LF, as a mail program sends it.'),
  z
    .strictObject({ base64: z.base64().max(Math.ceil(simulatedBytesMax / 3) * 4) })
    .describe('Octets as they come after DATA, not dot-stuffed: line ends are judged as they are.'),
]);

export const simulation = z.object({
  address: z.union([z.ipv4(), z.ipv6()]).describe('Address of the client.'),
  listener: z.string().max(63).optional().describe('Absent: the first.'),
  tls: z.boolean().default(false),
  helo: z
    .string()
    .max(2000)
    .optional()
    .describe('Name in EHLO, read as the listener reads it; absent: some name.'),
  login: z.string().max(255).optional().describe('User name of a login that succeeded.'),
  certificate: z
    .object({
      fingerprint: z.string().max(200).optional().describe('SHA-256, colons allowed.'),
      commonName: z.string().max(255).optional(),
      dnsNames: z.array(z.string().max(255)).max(20).default([]),
      trusted: z.boolean().default(false).describe('A CA of tls.clientCa vouches for it.'),
    })
    .optional(),
  sender: words.describe('Envelope sender as it would be written; empty: the null sender.'),
  recipients: z.array(words).min(1).max(100),
  from: z
    .string()
    .max(2000)
    .optional()
    .describe('Value of the header From, read as in a message; absent: the envelope sender.'),
  fromFields: z.int().min(0).max(10).default(1).describe('Fields From in the header.'),
  content: content
    .optional()
    .describe(
      'The message, or its header section alone: judged and repaired as on the way in. Not beside from or fromFields.',
    ),
  body: z.enum(['7bit', '8bitmime', 'binarymime']).optional().describe('BODY of MAIL; absent: 8bitmime.'),
  spf: z
    .enum(['none', 'neutral', 'pass', 'fail', 'softfail', 'temperror', 'permerror'])
    .optional()
    .describe('Result of SPF to judge with, where it is asked; absent: it is looked up.'),
  bytes: z.int().min(0).optional().describe('Size of the message; absent: that of the content.'),
  at: z.iso.datetime().optional().describe('The moment to judge for; absent: now.'),
  policy: z
    .string()
    .max(4_000_000)
    .optional()
    .describe('A draft to judge by, as text; absent: the policy in force.'),
});

export const stageName = z.enum([
  'listener',
  'hello',
  'recognition',
  'login',
  'tls',
  'connections',
  'sender',
  'size',
  'rates',
  'spf',
  'recipient',
  'recipients',
  'content',
  'header-from',
  'hold',
  'rewrite',
  'repair',
  'route',
  'quota',
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

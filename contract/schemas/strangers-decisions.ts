/** What is decided about unknown senders, and the mode of a cut-over. */
import { z } from 'zod';
import { finding, moment } from './common.ts';
import { sourceDocument } from './sources.ts';

export const clientAddress = z
  .union([z.ipv4(), z.ipv6()])
  .describe('Address of an unknown sender, as the list of unknown senders shows it.');

export const byAddress = z.object({ address: clientAddress });

const trial = z.object({
  at: moment.describe('When it was tried last.'),
  sender: z.string().describe('Empty: the null sender.'),
  recipient: z.string(),
  tls: z.string().optional().describe('TLS version it came over.'),
  listener: z.string(),
  count: z.int(),
  passes: z.boolean(),
  rule: z.string(),
  explanation: z.string(),
});

export const proposalBody = z.object({
  document: sourceDocument.optional().describe('A proposal that was edited; absent: one is made.'),
  until: z.iso.date().optional().describe('Last day of the permission.'),
});

export const proposal = z
  .object({
    document: sourceDocument,
    reasons: z.array(z.string()).describe('Why it is as it is, in sentences.'),
    effect: z.array(trial).describe('What was tried, and whether it would pass now.'),
    passing: z.int(),
    findings: z
      .array(finding)
      .describe('Faults, dangers and warnings, overlaps with other sources among them.'),
    valid: z.boolean(),
    diff: z.array(z.string()),
    managed: z.enum(['file', 'inline', 'store']).describe('Only with `store` it can be allowed here.'),
    yaml: z.string().describe('The entry as text, for a policy that is kept in a file.'),
  })
  .meta({ id: 'StrangerProposal' });

export const allowBody = z.object({
  document: sourceDocument,
  until: z.iso
    .date()
    .optional()
    .describe('Last day of the permission; goes before `expires` of the document.'),
});

export const blockBody = z.object({
  range: z.string().max(60).optional().describe('A range that holds the address; absent: the address alone.'),
  note: z.string().max(500).optional(),
  until: z.iso.date().optional().describe('Last day of the block.'),
});

export const ignoreBody = z.object({ note: z.string().max(500).optional() });

export const strangerDecision = z
  .object({
    address: z.string(),
    decision: z.enum(['none', 'ignored', 'blocked']),
    at: moment.optional(),
    by: z.string().optional(),
    note: z.string().optional(),
  })
  .meta({ id: 'StrangerDecision' });

export const decisions = z.object({ items: z.array(strangerDecision) });

export const cutOverBody = z.object({
  networks: z
    .array(z.string().min(1).max(60))
    .min(1)
    .max(100)
    .describe('Addresses and ranges whose unknown senders are told to come back.'),
  until: moment.describe('End, at most 14 days from now.'),
  note: z.string().max(500).optional(),
});

export const cutOver = z
  .object({
    active: z.boolean(),
    networks: z.array(z.string()),
    since: moment.optional(),
    until: moment.optional(),
    by: z.string().optional(),
    note: z.string().optional(),
    deferred: z
      .int()
      .optional()
      .describe(
        'Recipients that were told to come back since it was switched on, or since the relay started; again each time.',
      ),
    senders: z
      .int()
      .optional()
      .describe('Different senders of an address among them; at most 5,000 are told apart.'),
  })
  .meta({ id: 'CutOver' });

export type Proposal = z.output<typeof proposal>;
export type StrangerDecision = z.output<typeof strangerDecision>;
export type CutOverView = z.output<typeof cutOver>;

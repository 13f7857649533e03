/** Who may send: sources with what is known of their devices, as one document each and as a table. */
import { z } from 'zod';
import { finding, moment, objectName } from './common.ts';

export const ageState = z
  .enum(['lasting', 'valid', 'remind', 'grace', 'quarantine', 'ended'])
  .describe(
    '`lasting`: has no end; `remind`: ends within the reminder time; `grace`: ended, still works; `quarantine`: its mail is accepted and held; `ended`: refused.',
  );

const age = {
  age: ageState,
  endsAt: moment.optional().describe('End of the permission as written.'),
  refusedAt: moment.optional().describe('When it is refused: after grace and quarantine.'),
};

export const sightingView = z.object({
  lastSeenAt: moment.optional().describe('Last message or attempt that was recognised as this source.'),
  messagesDay: z.int().optional().describe('Accepted within 24 hours.'),
  messagesMonth: z.int().optional().describe('Accepted within 30 days.'),
  unencrypted: z.boolean().optional().describe('Came without TLS within 30 days.'),
  tlsVersions: z.array(z.string()).optional(),
  addresses: z.array(z.string()).optional().describe('Addresses it came from, the newest first.'),
});

export const sourceView = z
  .object({
    name: z.string(),
    description: z.string().optional(),
    owner: z.string().optional(),
    purpose: z.string().optional(),
    contact: z.string().optional(),
    location: z.string().optional(),
    model: z.string().optional(),
    firmware: z
      .object({ version: z.string().optional(), checked: z.string().optional(), due: z.string().optional() })
      .optional(),
    firmwareDue: z.boolean().describe('The firmware is to be looked at: its date has come.'),
    review: z.string().optional().describe('Date of the next review.'),
    reviewed: z.string().optional().describe('Date of the last review.'),
    reviewDue: z.boolean(),
    tags: z.array(z.string()),
    networks: z.array(
      z.object({
        range: z.string(),
        expires: z.string().optional(),
        note: z.string().optional(),
        owner: z.string().optional(),
        ...age,
      }),
    ),
    login: z.string().optional().describe('User name.'),
    certificate: z.boolean(),
    require: z.array(z.string()).optional(),
    requireTls: z.boolean(),
    senders: z.array(z.string()),
    nullSender: z.boolean(),
    recipients: z.array(z.string()),
    listeners: z.array(z.string()).optional(),
    priority: z.string(),
    repair: z.array(z.string()),
    quirks: z.array(z.string()),
    expires: z.string().optional(),
    ...age,
    seen: sightingView,
    silent: z.boolean().describe('Nothing was seen of it for 30 days.'),
  })
  .meta({ id: 'Source' });

const flag = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .optional();
const days = z.coerce.number().int().min(0).max(3650).optional();

export const sourceQuery = z.object({
  text: z.string().max(200).optional().describe('Part of any text of the source or of an address.'),
  tag: z.string().max(60).optional(),
  silentDays: days.describe('Nothing was seen for so many days.'),
  reviewDue: flag.describe('Its review, or that of its firmware, is due.'),
  firmwareDue: flag.describe('The review of its firmware is due.'),
  expiresWithin: days.describe('The source or one of its networks ends within so many days, or has ended.'),
  unencrypted: flag.describe('Came without TLS within 30 days.'),
});

export const sourceList = z.object({
  items: z.array(sourceView),
  revision: z.int().describe('Of the policy.'),
  total: z.int().describe('Sources of the policy, filtered out ones included.'),
});

/** As in `policy.yaml`; docs/schema/policy.schema.json says each key. */
export const sourceDocument = z
  .looseObject({ name: objectName })
  .describe('One entry of `sources` as policy.yaml has it.');

export const sourceBody = z.object({
  document: sourceDocument.describe(
    'The whole entry. A password given as `[redacted]` stays the one there is; `login.password` may be left out with `password`.',
  ),
  password: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe('New password of the login in clear; only its hash is kept.'),
});

export const sourceCheckBody = z.object({
  document: sourceDocument,
  replaces: objectName.optional().describe('The source that it is to replace.'),
  newPassword: z
    .boolean()
    .default(false)
    .describe('A password will be given with it: `login.password` may be left out.'),
});

export const sourceCheck = z
  .object({
    valid: z.boolean(),
    path: z.string().describe('Where the entry would stand in the policy; findings about it begin with it.'),
    findings: z.array(finding).describe('About this source, and faults elsewhere that would refuse it.'),
    diff: z.array(z.string()),
    managed: z.enum(['file', 'inline', 'store']).describe('Only with `store` it can be saved here.'),
    yaml: z.string().describe('The entry as text, for a policy that is kept in a file.'),
  })
  .meta({ id: 'SourceCheck' });

export const sourceDetail = z
  .object({
    version: z.string().describe('What If-Match names: the revision of the policy.'),
    revision: z.int().describe('Of the policy.'),
    source: sourceView,
    document: sourceDocument,
    path: z.string().describe('Where the entry stands in the policy.'),
    findings: z.array(finding).describe('Dangers and warnings about this source.'),
  })
  .meta({ id: 'SourceDetail' });

export const policyChanged = z
  .object({
    revision: z.int().describe('Of the policy that is now in force.'),
    diff: z.array(z.string()),
    findings: z.array(finding).describe('Dangers and warnings of the whole policy.'),
  })
  .meta({ id: 'PolicyChanged' });

export const newPasswordBody = z.object({
  due: z.iso
    .date()
    .optional()
    .describe('When the next password is due; absent: a year from today where the login has such a date.'),
});

export const reviewBody = z.object({
  next: z.iso.date().optional().describe('Date of the next review; absent: a year from today.'),
  firmware: z
    .object({
      version: z.string().max(100).optional(),
      due: z.iso.date().optional().describe('When the firmware is to be looked at again.'),
    })
    .optional()
    .describe('Given: the firmware was looked at today.'),
});

export const generatedPassword = z.object({
  revision: z.int(),
  username: z.string(),
  password: z.string().describe('Shown this once: only its hash is kept.'),
  due: z.string().optional().describe('When the next one is due, where the login has such a date.'),
});

export const mergeBody = z.object({
  sources: z
    .array(objectName)
    .min(1)
    .max(100)
    .describe(
      'Sources whose networks, senders, recipients and tags go into this one; then they are removed.',
    ),
});

export const csvBody = z.object({
  csv: z.string().max(2_000_000),
  apply: z.boolean().default(false).describe('False: a dry run, nothing is changed.'),
});

export const csvResult = z
  .object({
    applied: z.boolean(),
    revision: z.int(),
    added: z.array(z.string()),
    changed: z.array(z.string()),
    unchanged: z.array(z.string()),
    rows: z
      .array(z.object({ row: z.int(), name: z.string(), outcome: z.enum(['added', 'changed', 'unchanged']) }))
      .describe('What becomes of each row, in their order; row 2 is the first below the titles.'),
    findings: z.array(
      z.object({
        severity: z.string(),
        row: z.int().describe('From 1; the line of titles is row 1.'),
        column: z.string(),
        message: z.string(),
        expected: z.string(),
      }),
    ),
    diff: z.array(z.string()),
  })
  .meta({ id: 'SourceImport' });

export const setUpCard = z
  .object({
    source: z.string(),
    device: z.string().optional().describe('Model and location.'),
    servers: z.array(
      z.object({
        listener: z.string(),
        host: z.string(),
        addresses: z.array(z.string()),
        port: z.int(),
        tls: z.string().describe('`off`, `starttls` or `implicit`.'),
        minimumTls: z.string(),
        recommended: z.boolean(),
        note: z.string().optional(),
      }),
    ),
    login: z.object({ username: z.string(), needed: z.boolean() }).optional(),
    sender: z.object({ address: z.string(), choices: z.array(z.string()) }).optional(),
    recipients: z.array(z.string()),
    steps: z.array(z.string()),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'SetUpCard' });

export type SourceView = z.output<typeof sourceView>;
export type SourceQuery = z.output<typeof sourceQuery>;
export type SourceDetail = z.output<typeof sourceDetail>;
export type SourceCheck = z.output<typeof sourceCheck>;
export type AgeState = z.output<typeof ageState>;
export type PolicyChanged = z.output<typeof policyChanged>;
export type CsvResult = z.output<typeof csvResult>;
export type SetUpCard = z.output<typeof setUpCard>;

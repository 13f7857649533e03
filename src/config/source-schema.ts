/** `sources` of `policy.yaml`: who may send. Descriptions feed the generated reference. */
import { z } from 'zod';
import { spfSchema } from './spf-schema.ts';
import { addressPattern, name } from './policy-names.ts';
import { count, size } from './units.ts';

const dateText = 'A date (valid through the end of that day, UTC) or an RFC 3339 time.';
const date = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/** Repairs that a source may need, by name. */
export const repairNames = [
  'bare-line-feeds',
  'missing-date',
  'missing-message-id',
  'missing-from',
  'missing-mime',
  'overlong-lines',
] as const;

/** Deviations from the protocol that a device may need, by name. */
export const quirkNames = [
  'space-after-colon',
  'missing-angle-brackets',
  'hello-without-domain',
  'auth-login-plain-prompts',
  'auth-in-clear',
] as const;

const remark = z.string().max(500);
const certificateEnd = date
  .optional()
  .describe(`End of the certificate, as it says itself: the owner is reminded of it. ${dateText}`);

const network = z.union([
  z.string().min(1),
  z.strictObject({
    range: z.string().min(1).describe('Address or CIDR range.'),
    expires: date.optional().describe(`End of this entry. ${dateText}`),
    note: z.string().max(500).optional().describe('For people; shown in explanations.'),
    owner: z.string().max(320).optional().describe('Who answers for this entry; for people.'),
    dangerous: z.literal(true).optional().describe('Needed for a range wider than /16 (IPv4) or /32 (IPv6).'),
  }),
]);

const headerName = z.string().regex(/^[\x21-\x39\x3b-\x7e]{1,76}$/, 'expected a header field name');
/** One entry of `sources`. */
export const source = z.strictObject({
  name: name.describe('Name in trace, log and Received field.'),
  description: z.string().max(500).optional().describe('For people.'),
  owner: z.string().optional().describe('Mail address of the person who hears of failures.'),
  purpose: remark.optional().describe('What it sends, and what for; for people.'),
  contact: remark.optional().describe('Who to ask about the device; for people.'),
  location: remark.optional().describe('Where it stands; for people.'),
  model: remark.optional().describe('Make and model; for people.'),
  firmware: z
    .strictObject({
      version: z.string().max(100).optional().describe('Version that was found.'),
      checked: z.iso.date().optional().describe('Date on which it was looked at.'),
      due: z.iso.date().optional().describe('Date on which it is to be looked at again.'),
    })
    .optional()
    .describe('Firmware of the device; for people, and for the list of what is due.'),
  review: z.iso.date().optional().describe('Date on which this source is to be reviewed.'),
  reviewed: z.iso.date().optional().describe('Date of the last review.'),
  tags: z
    .array(z.string().regex(/^[^\s,;]{1,60}$/, 'expected a word without blanks, comma or semicolon'))
    .max(50)
    .optional()
    .describe('Words to find it by.'),
  networks: z.array(network).default([]).describe('Addresses that identify this source.'),
  dangerous: z.literal(true).optional().describe('The same word for all ranges of `networks`.'),
  login: z
    .strictObject({
      username: z.string().min(1).max(255).describe('Compared exactly, case included.'),
      password: z
        .string()
        .startsWith('$', 'expected the line that "relay365 source password" prints, not the password itself')
        .describe('Hash made by `relay365 source password`; never the password itself.'),
      due: z.iso
        .date()
        .optional()
        .describe('Date on which another password is due: the owner is reminded, and nothing stops.'),
    })
    .optional()
    .describe('User name and password that identify this source.'),
  certificate: z
    .union([
      z.strictObject({
        fingerprint: z
          .union([z.string(), z.array(z.string()).min(1)])
          .describe('`sha256:` and 64 hexadecimal digits, colons allowed.'),
        expires: certificateEnd,
      }),
      z.strictObject({
        subject: z
          .string()
          .min(1)
          .describe('`CN=host` or a DNS name of the subjectAltName, under `tls.clientCa`.'),
        expires: certificateEnd,
      }),
    ])
    .optional()
    .describe('Client certificate that identifies this source.'),
  require: z
    .array(z.enum(['network', 'login', 'certificate']))
    .min(1)
    .optional()
    .describe('All of these must hold; absent: any one identifies.'),
  requireTls: z.boolean().default(false).describe('Refuse mail that does not come over TLS.'),
  expires: date.optional().describe(`End of the source. ${dateText}`),
  listeners: z.array(z.string()).optional().describe('Listeners on which this source is known; absent: all.'),
  senders: z
    .array(addressPattern)
    .default([])
    .describe('Envelope senders and header From addresses this source may use. None: it may send nothing.'),
  nullSender: z.boolean().default(false).describe('May send with the null reverse-path `<>`.'),
  spf: spfSchema
    .optional()
    .describe(
      'Ask SPF (RFC 7208) of the envelope sender where the source is known by login or certificate alone; an address of `networks` supersedes it. Absent: as the listener says.',
    ),
  headerFrom: z
    .enum(['senders', 'any'])
    .default('senders')
    .describe('`senders`: every address of the header From must match `senders` too; `any`: any will do.'),
  recipients: z.array(addressPattern).default(['*']).describe('Recipients this source may write to.'),
  priority: z
    .enum(['priority', 'normal', 'bulk'])
    .default('normal')
    .describe('`priority` passes waiting mail of the others, `bulk` waits behind it.'),
  limits: z
    .strictObject({
      messageBytes: size
        .optional()
        .describe('Octets of one message; more is answered 552. Absent: what the listener permits.'),
      recipientsPerMessage: count
        .optional()
        .describe('One more is answered 452. Absent: what the listener permits.'),
      messagesPerMinute: count.optional().describe('In any 60 seconds; one more is answered 451.'),
      messagesPerDay: count.optional().describe('In any 24 hours; one more is answered 451.'),
      connections: count.optional().describe('Open connections at a time; one more is answered 421.'),
    })
    .prefault({})
    .describe('What this source may use.'),
  repair: z.array(z.enum(repairNames)).default([]).describe('Repairs of malformed content.'),
  quirks: z
    .array(z.enum(quirkNames))
    .default([])
    .describe('Deviations from the protocol to put up with; known by address only, before anything else is.'),
  profile: z
    .string()
    .max(100)
    .optional()
    .describe('Name of an entry of `profiles`, whose quirks and repairs this source has beside its own.'),
  rewrite: z
    .strictObject({
      sender: z.string().optional().describe('Envelope sender to use instead.'),
      from: z.string().optional().describe('Header From address to use instead; the display name stays.'),
      keepFrom: z
        .enum(['reply-to', 'x-original-from'])
        .default('reply-to')
        .describe('Where the original From goes.'),
      recipients: z.string().optional().describe('Send everything to this address instead, for tests.'),
      addHeaders: z
        .array(
          z.strictObject({
            name: headerName.describe('Name of the header field.'),
            value: z.string().max(900).describe('One line of text.'),
          }),
        )
        .default([])
        .describe('Header fields to add.'),
      removeHeaders: z.array(headerName).default([]).describe('Names of header fields to remove.'),
    })
    .optional()
    .describe('Changes to envelope and header; each is recorded in the trace.'),
});

export type RepairName = (typeof repairNames)[number];
export type QuirkName = (typeof quirkNames)[number];

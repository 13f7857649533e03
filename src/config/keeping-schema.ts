/** `retention`, `backup`, `reminders` and `review` of `relay365.yaml`: how long things are kept, and what is kept in order. */
import { z } from 'zod';
import { secret } from './secret-schema.ts';
import { count, duration, parseDuration } from './units.ts';

/** Whoever changes the policy stays answerable for a quarter, whatever the configuration says. */
export const auditFloorText = '90d';
const auditFloorMs = parseDuration(auditFloorText) ?? 0;

/** Counts of a resolution are kept no longer than charts show them; less may be kept. */
const atMost = (text: string) =>
  duration
    .refine((value) => value <= (parseDuration(text) ?? 0), `expected ${text} or less: charts show no more`)
    .prefault(text);

export const retention = z
  .strictObject({
    trace: duration.prefault('30d').describe('How long settled messages stay findable, without content.'),
    content: z
      .union([z.literal(0), duration], 'expected 0, or a time such as 2d')
      .prefault(0)
      .describe(
        'How long content is kept after the last recipient became final, so that a message can be read and sent again; no longer than `trace`. `0`: it is let go at once.',
      ),
    events: duration.prefault('30d').describe('How long refusals and failed logins stay findable.'),
    statistics: z
      .strictObject({
        minutes: atMost('1h').describe('Counts by minute.'),
        quarters: atMost('1d').describe('Counts by quarter of an hour.'),
        hours: atMost('30d').describe('Counts by hour.'),
        days: duration.prefault('400d').describe('Counts by day: what reports are made of.'),
      })
      .prefault({})
      .describe('How long counts are kept, by resolution.'),
    audit: duration
      .refine(
        (value) => value >= auditFloorMs,
        `expected ${auditFloorText} or more: less would let whoever changed something wait until it is forgotten`,
      )
      .prefault('730d')
      .describe(`How long audit entries are kept; \`${auditFloorText}\` at least.`),
    health: atMost('1d').describe('The history of the checks of the relay itself.'),
    alerts: duration.prefault('90d').describe('How long closed alerts are kept.'),
    sightings: duration
      .prefault('180d')
      .describe('How long it is remembered what a source was seen doing, after it was seen last.'),
    strangers: duration
      .prefault('90d')
      .describe('How long unknown senders are remembered after their last attempt.'),
    review: duration
      .prefault('180d')
      .describe(
        'How long findings of the review of the log are kept after they were last seen, with what was decided.',
      ),
  })
  .prefault({})
  .describe(
    'How long it is remembered what happened. The relay removes by itself what is older, every hour.',
  );

export const backup = z
  .strictObject({
    to: z.string().min(1).describe('Directory for backups; better on another disk than `data`.'),
    every: duration.prefault('1d').describe('Time from one backup to the next.'),
    keep: count.default(14).describe('Backups that are kept; older ones that the relay made are deleted.'),
    rehearse: duration
      .prefault('7d')
      .describe(
        'Time from one rehearsal of the newest backup to the next: it is restored into a temporary directory and compared.',
      ),
    key: secret
      .optional()
      .describe(
        'Key of 32 octets in base64, as `openssl rand -base64 32` prints it. One of `key` and `passphrase` is needed.',
      ),
    passphrase: secret
      .optional()
      .describe(
        'Passphrase of at least 12 characters, from which the key is derived by scrypt. One of `key` and `passphrase` is needed.',
      ),
  })
  .refine(
    (given) => (given.key === undefined) !== (given.passphrase === undefined),
    'expected one of "key" and "passphrase": a backup holds mail and secrets, so it is always encrypted',
  )
  .optional()
  .describe('Encrypted backups that the relay makes by itself; absent: none.');

const mailAddress = z.string().regex(/^[^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,255}$/, 'expected a mail address');

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

export const reminders = z
  .strictObject({
    administrators: z
      .array(mailAddress)
      .default([])
      .describe(
        'Who is reminded of everything that falls due and gets the weekly digest. None: the log and the console alone say it.',
      ),
    owners: z
      .boolean()
      .default(true)
      .describe(
        'Remind the owner of a source or connector, where it is a mail address, of what falls due for it.',
      ),
    from: mailAddress
      .optional()
      .describe('Address in the From field of reminders; absent: postmaster at `hostname`.'),
    digest: z
      .enum([...weekdays, 'never'])
      .default('monday')
      .describe('Day of the weekly digest, sent from 06:00 UTC on.'),
    silentAfter: duration
      .prefault('30d')
      .describe('A source that sent before and then nothing for so long is listed as gone silent.'),
  })
  .prefault({})
  .describe('Reminders 30, 14, 7 and 1 days before something ends or falls due.');

/** A device that was set right waits no longer than this. */
const blockTimeMaxText = '30d';
const blockTimeMaxMs = parseDuration(blockTimeMaxText) ?? 0;

const reviewBlock = z
  .strictObject({
    from: z
      .enum(['warning', 'serious'])
      .default('serious')
      .describe(
        'Severity of a finding `unauthorised-address` from which on its address is blocked: `warning` from 20 attempts in a day on, `serious` from 200.',
      ),
    for: duration
      .refine(
        (value) => value <= blockTimeMaxMs,
        `expected ${blockTimeMaxText} or less: whoever is to stay out for longer belongs in "blocked" of the policy`,
      )
      .prefault('1d')
      .describe(`How long an address is blocked, \`${blockTimeMaxText}\` at most.`),
    most: count
      .max(1_000)
      .default(50)
      .describe('Addresses that are blocked at a time; of what is found beyond, nothing is blocked.'),
    never: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Addresses and ranges that are never blocked this way, besides loopback, load balancers of `proxyProtocol`, networks of sources, addresses that a source was recognised at, and those that mail was taken from.',
      ),
  })
  .optional()
  .describe(
    'Lets the review block addresses of unknown senders by itself, for a time. Absent: it blocks nothing. `{}` switches it on.',
  );

export const review = z
  .strictObject({
    learn: duration
      .prefault('7d')
      .describe('A source is watched for so long before anything about it counts as unusual.'),
    block: reviewBlock,
  })
  .prefault({})
  .describe(
    'Review of the log of connections: it proposes, and blocks nothing by itself unless `block` says so.',
  );

export type RetentionConfig = z.output<typeof retention>;
export type BackupConfig = NonNullable<z.output<typeof backup>>;
export type ReviewBlockConfig = NonNullable<z.output<typeof reviewBlock>>;
export type RemindersConfig = z.output<typeof reminders>;

/** SMTP AUTH of a mailbox is blocked because it repeated one error. */
import type { ReplyEntry } from './entry.ts';
import { pause, throttle } from './verdict.ts';

export const punishmentReplies: readonly ReplyEntry[] = [
  {
    id: 'continuous-error-52251',
    code: '550 5.2.251',
    enhanced: '5.2.251',
    pattern: /\b5\.2\.251\b.{0,300}throttled due to continuous/i,
    where: ['submission'],
    stage: ['mail', 'post'],
    example: '550 5.2.251 Sender throttled due to continuous mailbox full errors.',
    exampleKind: 'doc',
    meaning:
      'SMTP AUTH for this mailbox is blocked for a while because the same error (mailbox full) was repeated.',
    cause: ["Client kept sending after repeated 'mailbox full' errors"],
    fix: [
      'Empty the mailbox (Sent Items!) or raise its quota',
      'Stop sending from this mailbox; the block ends by itself, support cannot lift it',
      'Use another mailbox or route meanwhile',
    ],
    retry: 'throttle',
    verdict: throttle('destination', pause('1h', '24h'), { alarm: true }),
    side: 'ours',
    source:
      'https://learn.microsoft.com/exchange/mail-flow-best-practices/continuous-error-throttling-smtp-auth-submissions',
  },
  {
    id: 'continuous-error-52252',
    code: '550 5.2.252',
    enhanced: '5.2.252',
    pattern: /\b5\.2\.252\b.{0,300}throttled due to continuous/i,
    where: ['submission'],
    stage: ['mail', 'post'],
    example: '550 5.2.252 Sender throttled due to continuous send as denied errors.',
    exampleKind: 'doc',
    meaning:
      'SMTP AUTH for this mailbox is blocked for a while because the same error (send as denied) was repeated.',
    cause: ["Client kept sending after repeated 'send as denied' errors"],
    fix: [
      'Correct From or grant SendAs',
      'Stop sending from this mailbox; the block ends by itself, support cannot lift it',
      'Use another mailbox or route meanwhile',
    ],
    retry: 'throttle',
    verdict: throttle('destination', pause('1h', '24h'), { alarm: true }),
    side: 'ours',
    source:
      'https://learn.microsoft.com/exchange/mail-flow-best-practices/continuous-error-throttling-smtp-auth-submissions',
  },
  {
    id: 'continuous-error-52253',
    code: '550 5.2.253',
    enhanced: '5.2.253',
    pattern: /\b5\.2\.253\b.{0,300}throttled due to continuous/i,
    where: ['submission'],
    stage: ['mail', 'post'],
    example: '550 5.2.253 Sender throttled due to continuous invalid license errors.',
    exampleKind: 'doc',
    meaning:
      'SMTP AUTH for this mailbox is blocked for a while because the same error (invalid license) was repeated.',
    cause: ["Client kept sending after repeated 'invalid license' errors"],
    fix: [
      'Assign an Exchange Online licence',
      'Stop sending from this mailbox; the block ends by itself, support cannot lift it',
      'Use another mailbox or route meanwhile',
    ],
    retry: 'throttle',
    verdict: throttle('destination', pause('1h', '24h'), { alarm: true }),
    side: 'ours',
    source:
      'https://learn.microsoft.com/exchange/mail-flow-best-practices/continuous-error-throttling-smtp-auth-submissions',
  },
  {
    id: 'continuous-error-52254',
    code: '550 5.2.254',
    enhanced: '5.2.254',
    pattern: /\b5\.2\.254\b.{0,300}throttled due to continuous/i,
    where: ['submission'],
    stage: ['mail', 'post'],
    example: '550 5.2.254 Sender throttled due to continuous too many recipients errors.',
    exampleKind: 'doc',
    meaning:
      'SMTP AUTH for this mailbox is blocked for a while because the same error (too many recipients) was repeated.',
    cause: ["Client kept sending after repeated 'too many recipients' errors"],
    fix: [
      "Split the envelope below the mailbox's RecipientLimits",
      'Stop sending from this mailbox; the block ends by itself, support cannot lift it',
      'Use another mailbox or route meanwhile',
    ],
    retry: 'throttle',
    verdict: throttle('destination', pause('1h', '24h'), { alarm: true }),
    side: 'ours',
    source:
      'https://learn.microsoft.com/exchange/mail-flow-best-practices/continuous-error-throttling-smtp-auth-submissions',
  },
  {
    id: 'continuous-error-52255',
    code: '550 5.2.255',
    enhanced: '5.2.255',
    pattern: /\b5\.2\.255\b.{0,300}throttled due to continuous/i,
    where: ['submission'],
    stage: ['mail', 'post'],
    example: '550 5.2.255 Sender throttled due to continuous invalid recipients errors.',
    exampleKind: 'doc',
    meaning:
      'SMTP AUTH for this mailbox is blocked for a while because the same error (invalid recipients) was repeated.',
    cause: ["Client kept sending after repeated 'invalid recipients' errors"],
    fix: [
      'Clean the recipient list',
      'Stop sending from this mailbox; the block ends by itself, support cannot lift it',
      'Use another mailbox or route meanwhile',
    ],
    retry: 'throttle',
    verdict: throttle('destination', pause('1h', '24h'), { alarm: true }),
    side: 'ours',
    source:
      'https://learn.microsoft.com/exchange/mail-flow-best-practices/continuous-error-throttling-smtp-auth-submissions',
  },
];

/**
 * Codes that mean the same in whatever words they come. Microsoft changes its words; a 5yz that is then unknown would
 * return mail that ought to wait. These stand behind the replies whose words are known.
 */
import type { ReplyEntry } from './entry.ts';
import { configuration, pause, throttle } from './verdict.ts';

const nonDelivery =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online';
const submission =
  'https://learn.microsoft.com/troubleshoot/exchange/send-emails/smtp-submission-improvements';

export const generalReplies: readonly ReplyEntry[] = [
  {
    id: 'attribution-other',
    code: '550 5.7.64',
    enhanced: '5.7.64',
    pattern: /\b5\.7\.64\b/i,
    where: ['mx'],
    stage: ['rcpt'],
    example: '550 5.7.64',
    exampleKind: 'code',
    meaning: 'Exchange Online does not let this connection relay for the tenant.',
    cause: ['No connector matches, or neither certificate nor envelope sender has an accepted domain'],
    fix: [
      'Compare public IPv4 address, presented certificate and envelope sender with the inbound connector and the accepted domains',
    ],
    retry: 'permanent',
    verdict: configuration('connector'),
    side: 'microsoft-365',
    source: nonDelivery,
  },
  {
    id: 'partner-connector-other',
    code: '550 5.7.51',
    enhanced: '5.7.51',
    pattern: /\b5\.7\.51\b/i,
    where: ['mx'],
    stage: ['rcpt'],
    example: '550 5.7.51',
    exampleKind: 'code',
    meaning:
      'A Partner connector locks the domain to addresses or certificates that do not fit this connection.',
    cause: ['Lock-down connector covers the relay', 'Certificate not presented or changed'],
    fix: [
      "Add the relay's address or certificate to the connector, or create an OnPremises connector for it",
    ],
    retry: 'permanent',
    verdict: configuration('connector'),
    side: 'microsoft-365',
    source: nonDelivery,
  },
  {
    id: 'auth-refused-other',
    code: '535 5.7.139',
    enhanced: '5.7.139',
    pattern: /\b5\.7\.139\b/i,
    where: ['submission', 'hve'],
    stage: ['auth'],
    example: '535 5.7.139',
    exampleKind: 'code',
    meaning: 'Signing in is refused by a setting or a policy of the tenant.',
    cause: [
      'SMTP AUTH switched off, authentication policy, security defaults or Conditional Access',
      'Wrong password',
    ],
    fix: ["Look at Entra's sign-in log and at Get-CASMailbox of the mailbox", 'Use OAuth or a connector'],
    retry: 'permanent',
    verdict: configuration('connector'),
    side: 'microsoft-365',
    source: nonDelivery,
  },
  {
    id: 'continuous-error-other',
    code: '550 5.2.251',
    // 5.2.252 is also what a plain SendAsDenied has, so it needs its words.
    pattern: /\b5\.2\.25[1345]\b/i,
    where: ['submission'],
    stage: ['mail', 'post'],
    example: '550 5.2.253',
    exampleKind: 'code',
    meaning: 'SMTP AUTH of this mailbox is blocked for a while because the same error was repeated.',
    cause: ['The client kept sending after repeated errors'],
    fix: [
      'Correct what the errors before it say',
      'Stop sending from this mailbox; the block ends by itself, support cannot lift it',
    ],
    retry: 'throttle',
    verdict: throttle('destination', pause('1h', '24h'), { alarm: true }),
    side: 'ours',
    source:
      'https://learn.microsoft.com/exchange/mail-flow-best-practices/continuous-error-throttling-smtp-auth-submissions',
  },
  {
    id: 'concurrency-other',
    code: '432 4.3.2',
    enhanced: '4.3.2',
    pattern: /\b432[ -]4\.3\.2\b/i,
    where: ['submission', 'ndr'],
    stage: ['mail', 'data', 'post'],
    example: '432 4.3.2',
    exampleKind: 'code',
    meaning: 'Too much at once with one mailbox.',
    cause: [
      'More than three connections or 30 messages a minute of one mailbox, other clients of it included',
    ],
    fix: ['At most 3 (better 2) connections for one mailbox; back off with jitter'],
    retry: 'throttle',
    verdict: throttle('destination', pause('5s', '5m'), { fewerConnections: true, exhausted: 'messages' }),
    side: 'ours',
    source: submission,
  },
  {
    id: 'rate-limited-other',
    code: '451 4.7.500-699',
    pattern: /\b4\.7\.(?:5\d\d|6\d\d)\b/i,
    where: ['mx'],
    stage: ['connect', 'mail', 'rcpt'],
    example: '451 4.7.600',
    exampleKind: 'code',
    meaning: 'The sending address is slowed down.',
    cause: ['Unusual volume, a new address, or doubtful reputation'],
    fix: ['Fewer connections, slower rate', 'Make sure the connector matches; find the noisy source'],
    retry: 'throttle',
    verdict: throttle('connector', pause('30m', '4h'), { fewerConnections: true }),
    side: 'ours',
    source: nonDelivery,
  },
];

/** What a connection over IPv6 meets; connectors know IPv4 only. */
import type { ReplyEntry } from './entry.ts';
import { pause, retryOverIpv4 } from './verdict.ts';

export const ipv6Replies: readonly ReplyEntry[] = [
  {
    id: 'ipv6-ptr',
    code: '450 4.7.25',
    enhanced: '4.7.25',
    pattern: /\b[45]\.7\.25\b/i,
    where: ['mx'],
    stage: ['mail', 'rcpt'],
    example:
      '450 4.7.25 Service unavailable, sending IPv6 address [2a01:111:f200:2004::240] must have reverse DNS record.',
    exampleKind: 'doc',
    meaning: 'Anonymous mail over IPv6 needs a PTR record (550 5.7.25 in older text).',
    cause: ['Egress fell to IPv6 after the MX host got AAAA'],
    fix: ['Force IPv4 for connector routes; or add PTR'],
    retry: 'transient',
    verdict: retryOverIpv4(pause('0s', '1m')),
    side: 'ours',
    source:
      'https://learn.microsoft.com/exchange/mail-flow-best-practices/mail-flow-inbound-ipv6-support-about',
  },
  {
    id: 'ipv6-auth',
    code: '450 4.7.26',
    enhanced: '4.7.26',
    pattern: /\b[45]\.7\.26\b/i,
    where: ['mx'],
    stage: ['data', 'post'],
    example:
      '450 4.7.26 Service unavailable, message sent over IPv6 [2a01:111:f200:2004::240] must pass either SPF or DKIM validation.',
    exampleKind: 'doc',
    meaning: 'Anonymous IPv6 mail must pass SPF or DKIM.',
    cause: ['IPv6 missing in SPF'],
    fix: ['Force IPv4, or add ip6: to SPF, or sign with DKIM'],
    retry: 'transient',
    verdict: retryOverIpv4(pause('0s', '1m')),
    side: 'ours',
    source:
      'https://learn.microsoft.com/exchange/mail-flow-best-practices/mail-flow-inbound-ipv6-support-about',
  },
  {
    id: 'ipv6-not-accepted',
    code: '550 5.2.1',
    enhanced: '5.2.1',
    pattern: /does not accept e?mail over IPv6|\b5\.7\.510\b/i,
    where: ['mx'],
    stage: ['rcpt'],
    example: '550 5.2.1 Service unavailable, [contoso.com] does not accept email over IPv6.',
    exampleKind: 'doc',
    meaning: 'Domain has IPv6 off (older code 5.7.510).',
    cause: ['IPv6 disabled for the accepted domain'],
    fix: ['Use IPv4'],
    retry: 'transient',
    verdict: retryOverIpv4(pause('0s', '1m')),
    side: 'ours',
    source:
      'https://learn.microsoft.com/exchange/mail-flow-best-practices/mail-flow-inbound-ipv6-support-about',
    note: '5xx, yet immediately curable by the relay: repeat over IPv4.',
  },
  {
    id: 'ipv6-range-508',
    code: '550 5.7.508',
    enhanced: '5.7.508',
    pattern: /\b5\.7\.508\b/i,
    where: ['mx'],
    stage: ['mail', 'rcpt'],
    example: '5.7.508 Access denied, [$SenderIPAddress] has exceeded permitted limits within $range range',
    exampleKind: 'doc',
    meaning: 'IPv6 range sent too much too fast.',
    cause: ['Burst over IPv6'],
    fix: ['Use IPv4/connector; slow down'],
    retry: 'throttle',
    verdict: retryOverIpv4(pause('1h', '1h')),
    side: 'ours',
    source:
      'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online',
  },
];

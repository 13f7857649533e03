import { describe, expect, it } from 'vitest';
import { checkSpf, zoneOf } from './spf.ts';

const zone = zoneOf({
  'plain.example': ['other', 'v=spf1 ip4:192.0.2.0/24 -all'],
  'soft.example': ['v=spf1 ip4:192.0.2.1 ~all'],
  'include.example': ['v=spf1 include:plain.example ?all'],
  'broken.example': ['v=spf1 include:missing.example -all'],
  'twice.example': ['v=spf1 -all', 'v=spf1 +all'],
  'loop.example': ['v=spf1 include:loop.example -all'],
  'redirect.example': ['v=spf1 redirect=plain.example'],
  'six.example': ['v=spf1 ip6:2001:db8::/32 -all'],
  'bad.example': ['v=spf1 ip4:300.0.0.1 -all'],
  'open.example': ['v=spf1 ip4:198.51.100.1'],
});

describe('SPF (RFC 7208)', () => {
  it.each([
    ['an address in the network', 'PLAIN.example', '192.0.2.77', 'pass'],
    ['an address outside', 'plain.example', '192.0.3.1', 'fail'],
    ['a soft failure', 'soft.example', '192.0.2.2', 'softfail'],
    ['an included pass', 'include.example', '192.0.2.3', 'pass'],
    ['an included failure, which matches nothing (5.2)', 'include.example', '192.0.9.9', 'neutral'],
    ['an include of nothing (5.2)', 'broken.example', '192.0.2.3', 'permerror'],
    ['two records (4.5)', 'twice.example', '192.0.2.3', 'permerror'],
    ['more than ten look-ups (4.6.4)', 'loop.example', '192.0.2.3', 'permerror'],
    ['a redirect (6.1)', 'redirect.example', '192.0.2.3', 'pass'],
    ['IPv6', 'six.example', '2001:db8::9', 'pass'],
    ['IPv4 against IPv6', 'six.example', '192.0.2.3', 'fail'],
    ['an address that is none', 'bad.example', '192.0.2.3', 'permerror'],
    ['no match and no all (4.7)', 'open.example', '192.0.2.3', 'neutral'],
    ['no record (4.5)', 'none.example', '192.0.2.3', 'none'],
  ])('%s', (_why, domain, address, result) => {
    expect(checkSpf(zone, domain, address)).toBe(result);
  });
});

/** Every check of the doctor, in the order in which a person would look. */
import type { Check } from './check.ts';
import { clientCertificateCheck, listenerCertificateCheck } from './checks/certificates.ts';
import { diskCheck } from './checks/disk.ts';
import { dkimCheck } from './checks/dkim.ts';
import { alignmentCheck, dmarcCheck } from './checks/dmarc.ts';
import { egressCheck, ipv6Check } from './checks/egress.ts';
import { tlsFloorCheck } from './checks/listeners.ts';
import { mxCheck } from './checks/mx.ts';
import { certificateCheck, loginCheck, port25Check, reachCheck } from './checks/next-hop.ts';
import { allowListCheck, basicAuthCheck, openRelayCheck, quotaCheck } from './checks/policy.ts';
import { resolverCheck } from './checks/resolver.ts';
import { spfCheck } from './checks/spf.ts';
import { clockCheck, tokenCheck } from './checks/tokens.ts';

export const checks: readonly Check[] = [
  resolverCheck,
  // The way to the tenant stands on its MX.
  mxCheck,
  port25Check,
  reachCheck,
  certificateCheck,
  // A token that cannot be had is the cause of a login that fails.
  tokenCheck,
  clockCheck,
  loginCheck,
  ipv6Check,
  egressCheck,
  clientCertificateCheck,
  spfCheck,
  dkimCheck,
  dmarcCheck,
  alignmentCheck,
  listenerCertificateCheck,
  tlsFloorCheck,
  openRelayCheck,
  allowListCheck,
  quotaCheck,
  basicAuthCheck,
  diskCheck,
];

/** Certificates and secrets as the API shows them. Pure. */
import type { CertificateItem } from '../../../contract/schemas.ts';
import type { Instant } from '../../platform/clock.ts';
import { formatInstant } from '../../platform/clock.ts';
import { present } from '../views.ts';
import type { CertificateFacts } from './certificate-facts.ts';

const dayMs = 86_400_000;
const soonDays = 30;

/** The next to end first; what has no known end last. */
export function certificateViews(facts: readonly CertificateFacts[], now: Instant): CertificateItem[] {
  return facts
    .toSorted((a, b) => (a.notAfter ?? Infinity) - (b.notAfter ?? Infinity))
    .map((one) => certificateView(one, now));
}

function certificateView(facts: CertificateFacts, now: Instant): CertificateItem {
  const { kind, name, usedBy, notBefore, notAfter, fingerprint } = facts;
  const state = stateOf(facts, now);
  return {
    kind,
    name,
    usedBy,
    state,
    detail: detailOf(facts, state),
    ...present({
      owner: facts.owner,
      subject: facts.subject,
      issuer: facts.issuer,
      notBefore: notBefore === undefined ? undefined : formatInstant(notBefore),
      notAfter: notAfter === undefined ? undefined : formatInstant(notAfter),
      days: notAfter === undefined ? undefined : Math.floor((notAfter - now) / dayMs),
      fingerprint: fingerprint === undefined ? undefined : `sha256:${fingerprint}`,
    }),
  };
}

function stateOf(
  { kind, notBefore, notAfter, isSelfSigned }: CertificateFacts,
  now: Instant,
): CertificateItem['state'] {
  if (notAfter !== undefined && notAfter <= now) return 'ended';
  if (notBefore !== undefined && notBefore > now) return 'not-yet';
  if (notAfter !== undefined && notAfter - now <= soonDays * dayMs) return 'ends-soon';
  // Roots are self-signed by their nature.
  if (isSelfSigned && kind === 'listener-certificate') return 'self-signed';
  return notAfter === undefined ? 'unknown' : 'good';
}

function detailOf({ kind, fingerprint, usedBy }: CertificateFacts, state: CertificateItem['state']): string {
  switch (state) {
    case 'good':
      return 'Valid.';
    case 'ends-soon':
      return `Renew it soon: ${usedBy} stops working without it.`;
    case 'ended':
      return `It has ended: renew it, or ${usedBy} does not work.`;
    case 'not-yet':
      return 'It is not valid yet: is the clock of this machine right?';
    case 'self-signed':
      return 'Made by the relay itself: devices that check certificates refuse it.';
    case 'unknown':
      if (kind === 'device-certificate') {
        return fingerprint === undefined
          ? 'Known by the name in it: its end is not known unless "certificate.expires" of the source says it.'
          : 'Pinned: its end is not known unless "certificate.expires" of the source says it.';
      }
      return 'Its end is not known: write it into the policy as "secretExpires" to be reminded.';
    default:
      return state satisfies never;
  }
}

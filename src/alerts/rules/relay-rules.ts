/** Rules about the relay itself: disk, store, listeners, policy, what ends. */
import { formatInstant } from '../../platform/clock.ts';
import type { Check } from '../health/check.ts';
import { ageText, bytesText } from '../words.ts';
import type { AlertFinding, Rule } from './rule.ts';

const relay = 'relay';

export const diskLow: Rule<'disk-low'> = {
  title: 'The disk runs full',
  what: 'Less than `freeBelow` or twice `minimumFree` is free on the disk of the data directory, or it is full within `fullWithin` at the rate of the last six hours. Critical below twice `minimumFree`.',
  why: 'Below `minimumFree` mail is answered 452.',
  advice: 'Make room, lower `retention`, or move the data directory to a larger disk.',
  clearAfterMs: 300_000,
  look({ now, snapshot: { disk }, settings }) {
    const { bytesFree, minimumFree, fullAt } = disk;
    if (bytesFree === undefined) return [];
    const isSoon = fullAt !== undefined && fullAt - now <= settings.fullWithin;
    if (bytesFree >= Math.max(settings.freeBelow, 2 * minimumFree) && !isSoon) return [];
    const severity = bytesFree < 2 * minimumFree ? 'critical' : 'warning';
    const trend = isSoon ? `, full by ${formatInstant(fullAt)} at this rate` : '';
    return [{ subject: relay, severity, text: `${bytesText(bytesFree)} are free${trend}` }];
  },
};

export const storeUnhealthy: Rule<'store-unhealthy'> = {
  title: 'The store is unwell',
  what: 'The last write of the store failed, the disk is below `minimumFree`, or a small write takes longer than ten seconds.',
  why: 'What cannot be stored is not accepted: clients are answered 4yz, and those that do not try again lose mail.',
  advice: 'Look at the disk of the data directory, and at `store-trouble` in the log.',
  clearAfterMs: 30_000,
  look({ snapshot: { store, checks } }) {
    const check = checks.find(({ id, state }) => id === 'store' && state === 'fail');
    if (store.health === 'ok' && !check) return [];
    return [
      { subject: relay, severity: 'critical', text: check?.evidence ?? `the store is ${store.health}` },
    ];
  },
};

export const policyRefused: Rule<'policy-refused'> = {
  title: 'A changed policy was refused',
  what: 'The policy file was changed, has faults, and so the revision before stays in force.',
  why: 'Whoever changed it believes that the change counts.',
  advice: '`relay365 check-config` shows the faults with their lines.',
  clearAfterMs: 0,
  look({ snapshot: { policyRefused: refused } }) {
    if (!refused) return [];
    const text = `the policy of ${formatInstant(refused.at)} has faults, the one before stays in force: ${refused.text.slice(0, 500)}`;
    return [{ subject: relay, severity: 'warning', text }];
  },
};

export const expiring: Rule<'expiring'> = {
  title: 'A certificate, secret or sign-in ends',
  what: 'A certificate of listeners or connectors, a client secret or password whose end is written down, or the sign-in of a person ends within `within`, or has ended.',
  why: 'From the end on the way out, or the clients that check the certificate, stop.',
  advice:
    'Put a new one in its place; changed files are read by themselves. `relay365 connector sign-in` renews a sign-in.',
  clearAfterMs: 0,
  look({ now, snapshot, settings }) {
    return snapshot.expiries.flatMap(({ what, at, connector }): readonly AlertFinding[] => {
      const left = at - now;
      if (left > settings.within) return [];
      const severity = left <= settings.criticalWithin ? 'critical' : 'warning';
      const when = left < 0 ? `ended ${formatInstant(at)}` : `ends ${formatInstant(at)}, in ${ageText(left)}`;
      return [
        {
          subject: what,
          severity,
          text: `${what} ${when}`,
          ...(connector === undefined ? {} : { connector }),
        },
      ];
    });
  },
};

export const listenerDown: Rule<'listener-down'> = {
  title: 'A listener does not greet',
  what: 'A listener has not greeted a connection from this machine for `after`.',
  why: 'Its devices cannot send.',
  advice: 'Look for its faults in the log; restart the relay if it stays.',
  clearAfterMs: 0,
  look: ({ now, snapshot, settings }) =>
    failed(snapshot.checks, ({ id }) => id.startsWith('listener:'), now - settings.after).map((check) => ({
      subject: check.id.slice('listener:'.length),
      severity: 'critical',
      text: `${check.title}: ${check.evidence}`,
    })),
};

const bodyChecks: ReadonlySet<string> = new Set(['event-loop', 'memory', 'clock']);

export const relayUnwell: Rule<'relay-unwell'> = {
  title: 'The relay itself is unwell',
  what: 'The check of event loop, memory or clock has failed for `after`.',
  why: 'It gets slower, is ended by the system, or its tokens and certificates count as not yet or no longer valid.',
  advice: '`relay365 health` shows evidence and advice of each check.',
  clearAfterMs: 120_000,
  look: ({ now, snapshot, settings }) =>
    failed(snapshot.checks, ({ id }) => bodyChecks.has(id), now - settings.after).map((check) => ({
      subject: check.id,
      severity: 'warning',
      text: `${check.title}: ${check.evidence}`,
    })),
};

function failed(checks: readonly Check[], fits: (check: Check) => boolean, since: number): readonly Check[] {
  return checks.filter((check) => check.state === 'fail' && check.since <= since && fits(check));
}

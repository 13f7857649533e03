/** Rules about who sends: silence, strangers, permissions that end. */
import { formatInstant } from '../../platform/clock.ts';
import { ageText } from '../words.ts';
import type { Rule } from './rule.ts';
import { isRegular, silenceOf } from './usual.ts';
import { countOf } from '../../platform/words.ts';

export const sourceSilent: Rule<'source-silent'> = {
  title: 'A source has gone silent',
  what: 'A source that sends every day (or every working day: a weekday counts where mail came on three quarters of them) has sent nothing for `silentFor`; or one that is named under `sources` for the time given there.',
  why: 'A device that cannot send often tells nobody: scans, invoices and alarms are lost in it.',
  advice:
    'Look at the device and its network; `relay365 source list` and the security page show refusals of it. A source that is not used any more is taken out of the policy.',
  clearAfterMs: 0,
  look({ now, snapshot, settings, sources }) {
    return snapshot.sources.flatMap(({ name, days, lastMailAt }) => {
      const own = sources.get(name);
      const silent = own === undefined ? silenceOf(days, lastMailAt, now) : now - lastMailAt;
      if (own === undefined && !isRegular(days, settings.days)) return [];
      if (silent < (own ?? settings.silentFor)) return [];
      const text = `nothing came from ${name} since ${formatInstant(lastMailAt)}, ${ageText(now - lastMailAt)} ago`;
      return [{ subject: name, severity: 'warning', text, source: name } as const];
    });
  },
};

export const unauthorisedAttempts: Rule<'unauthorised-attempts'> = {
  title: 'Unusually many unauthorised attempts',
  what: 'Unknown clients were refused and logins failed, within an hour, at least `attempts` times and `times` as often as in the usual busiest hour (95 of 100 hours of the last thirty days stay below it).',
  why: 'Somebody tries addresses or passwords, or a device was moved and is now refused.',
  advice:
    'The pages for strangers and security show addresses, names and counts. Block an address, or let a device in.',
  clearAfterMs: 900_000,
  look({ snapshot: { attempts }, settings }) {
    const usual = attempts.usualBusiest ?? 0;
    if (attempts.lastHour < Math.max(settings.attempts, usual * settings.times)) return [];
    const text = `${countOf(attempts.lastHour, 'attempt')} refused within an hour; the usual busiest hour has ${usual}`;
    return [{ subject: 'relay', severity: 'warning', text }];
  },
};

export const addressBlocked: Rule<'address-blocked'> = {
  title: 'The relay blocks an address by itself',
  what: 'The review of the log blocked an address, because `review.block` of the configuration lets it. The alert is open until the block ends.',
  why: 'A device whose settings are wrong is shut out like an attacker, and nobody else would hear of it.',
  advice:
    'See who it is: `relay365 review list`. `relay365 review unblock ADDRESS` takes the block back; a source that has the address ends it as well.',
  clearAfterMs: 0,
  look({ snapshot }) {
    return snapshot.ownBlocks.map(({ range, until, text }) => ({
      subject: range,
      severity: 'warning',
      text: `${range} is blocked until ${formatInstant(until)}: ${text}`,
    }));
  },
};

export const permissionExpiring: Rule<'permission-expiring'> = {
  title: 'A permission ends',
  what: 'A source, or an entry of its allow-list, ends within `within`, or has ended.',
  why: 'From the end on its mail is refused (or held, with `ageing.quarantine`).',
  advice: 'Ask its owner: give it a new end in the policy, or take it out.',
  clearAfterMs: 0,
  look({ now, snapshot, settings }) {
    return snapshot.permissions.flatMap(({ source, what, at }) => {
      const left = at - now;
      if (left > settings.within) return [];
      const severity = left <= settings.criticalWithin ? 'critical' : 'warning';
      const when = left < 0 ? `ended ${formatInstant(at)}` : `ends ${formatInstant(at)}, in ${ageText(left)}`;
      return [{ subject: what, severity, text: `${what} ${when}`, source } as const];
    });
  },
};

/** Rules about mail on its way: the queue, failures, connectors, quotas. */
import { formatInstant } from '../../platform/clock.ts';
import { ageText } from '../words.ts';
import type { Rule } from './rule.ts';
import { countOf } from '../../platform/words.ts';

const relay = 'relay';

export const queueAge: Rule<'queue-age'> = {
  title: 'Mail waits too long',
  what: 'The oldest message that waits and is not held is older than `olderThan`.',
  why: 'Senders believe their mail is on its way. With a route that works a message waits for seconds.',
  advice:
    'See what it waits for: `relay365 queue groups` and `relay365 connector list`. Mail that waits longer than `retry.expireAfter` goes back to its sender.',
  clearAfterMs: 60_000,
  look({ now, snapshot: { queue }, settings }) {
    if (queue?.oldestAt === undefined) return [];
    const age = now - queue.oldestAt;
    if (age < settings.olderThan) return [];
    const severity = age >= settings.criticalAfter ? 'critical' : 'warning';
    return [
      {
        subject: relay,
        severity,
        text: `${queue.waiting} ${queue.waiting === 1 ? 'message waits' : 'messages wait'}, the oldest for ${ageText(age)}`,
      },
    ];
  },
};

export const failureRate: Rule<'failure-rate'> = {
  title: 'Much mail fails',
  what: 'Of the messages that ended within the last hour, `percent` or more failed or expired, and there were at least `messages`.',
  why: 'Single refusals are daily life; many at a time mean that a next hop, a permission or an address list is wrong.',
  advice:
    'See the failed messages and the replies: `relay365 queue list --state settled`, or the messages page with result failed. `relay365 explain` tells what a reply means.',
  clearAfterMs: 300_000,
  look({ snapshot: { ended }, settings }) {
    const total = ended.relayed + ended.failed;
    if (total < settings.messages || ended.failed * 100 < total * settings.percent) return [];
    const share = Math.round((ended.failed / total) * 100);
    const text = `${ended.failed} of ${countOf(total, 'message')} failed within the last hour (${share} %)`;
    return [{ subject: relay, severity: share >= 50 ? 'critical' : 'warning', text }];
  },
};

export const connectorSuspended: Rule<'connector-suspended'> = {
  title: 'A connector is suspended',
  what: 'A connector has not been used for `after`, because its next hop failed again and again, or because an operator or the policy suspended it.',
  why: 'Its mail waits, or goes by its fallback. Critical where failures did it; a warning where somebody wanted it, because it is easily forgotten.',
  advice:
    'The reason says what the next hop answered. `relay365 connector resume NAME` tries it at once. Where it was suspended on purpose, mute or acknowledge the alert.',
  clearAfterMs: 120_000,
  look({ now, snapshot, settings }) {
    return snapshot.connectors.flatMap(({ name, suspended }) => {
      if (!suspended || (suspended.since !== undefined && now - suspended.since < settings.after)) return [];
      const severity = suspended.isDeliberate ? 'warning' : 'critical';
      const since = suspended.since === undefined ? '' : ` since ${formatInstant(suspended.since)}`;
      const text = `the connector ${name} is suspended${since}: ${suspended.reason}`;
      // What an operator or the policy suspended is kept; what failures did is found out anew.
      const memory = suspended.isDeliberate ? {} : ({ isInMemory: true } as const);
      return [{ subject: name, severity, text, connector: name, ...memory } as const];
    });
  },
};

export const connectorTrouble: Rule<'connector-trouble'> = {
  title: 'A connector needs attention',
  what: 'A connector met a fault of set-up: TLS, certificate, login, permission to relay. It opens at the first failure.',
  why: 'Waiting does not mend it; until somebody does, its mail waits and expires.',
  advice: 'The text says what is wrong and what would be right; `relay365 explain CODE` tells more.',
  clearAfterMs: 0,
  look({ snapshot }) {
    return snapshot.connectors.flatMap(({ name, troubles }) => {
      const [first] = troubles;
      if (!first) return [];
      const more = troubles.length > 1 ? ` (and ${troubles.length - 1} more)` : '';
      const text = `the connector ${name} needs attention (${first.code}): ${first.text}${more}`;
      return [{ subject: name, severity: 'critical', text, connector: name, isInMemory: true } as const];
    });
  },
};

export const quotaLow: Rule<'quota-low'> = {
  title: 'A quota is nearly used',
  what: 'Of what a mailbox or a tenant may send within an hour or a day, `percent` or more is used, or the other side calls a quota used up. The pace by the minute, which the relay keeps by itself, is none.',
  why: 'Beyond it Microsoft 365 refuses, and the relay holds mail back so that nothing is refused.',
  advice:
    '`relay365 status` and the limits page show who uses it. Spread mail over more mailboxes or another service, or let bulk mail wait.',
  clearAfterMs: 600_000,
  look({ snapshot, settings }) {
    return snapshot.quotas.flatMap(({ quota, connector, used, limit, freeAt, said }) => {
      if (limit <= 0 || used * 100 < limit * settings.percent) return [];
      const severity = used * 100 >= limit * settings.criticalPercent ? 'critical' : 'warning';
      const room = freeAt === undefined ? '' : `, room again at ${formatInstant(freeAt)}`;
      const words = said === undefined ? '' : `; the other side said: ${said}`;
      const text = `${used} of ${limit} ${quota} are used${room}${words}`;
      return [{ subject: quota, severity, text, connector } as const];
    });
  },
};

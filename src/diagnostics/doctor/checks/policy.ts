/** What the policy lets in: open-relay self-test, wide or ended permissions, quotas, and basic authentication. */
import { changes } from '../../../../microsoft365/calendar.ts';
import { formatInstant, plus } from '../../../platform/clock.ts';
import { countOf } from '../../../platform/words.ts';
import type { Check, CheckFinding } from '../check.ts';
import { connectorsOf } from '../sender-domains.ts';

/** Days ahead from which a dated change is worth a word. */
const dayMs = 86_400_000;

export const openRelayCheck: Check = {
  name: 'open-relay',
  title: 'Open-relay self-test',
  looksAt: 'the classic forms of relaying, tried from an address that nobody authorised',
  source: 'RFC 5321 7.1; docs/diagnosis.md',
  timeoutMs: 30_000,
  needsRelay: true,
  async run({ relay }) {
    const results = (await relay?.selfTest()) ?? [];
    return results.map(({ listener, address, takenFor, probes }): CheckFinding => {
      const taken = probes.filter(({ verdict }) => verdict === 'taken');
      const input = `${probes.length} probes at ${listener} from ${address}`;
      if (taken.length === 0) return { about: listener, state: 'ok', input, evidence: 'all were refused' };
      return {
        about: listener,
        state: 'fail',
        input,
        evidence: `${taken.length} probes were taken: ${taken.map(({ title }) => title).join(', ')}${takenFor === undefined ? '' : `; every address counts as the source ${takenFor}`}`,
        advice: `Narrow \`networks\` of ${takenFor ?? 'the source that let it in'}: anybody can send through this relay.`,
      };
    });
  },
};

/** Prefix lengths below which a range is wide: a /22 is 1,024 addresses. */
const wideBits = 22;

export const allowListCheck: Check = {
  name: 'allow-list',
  title: 'Allow list',
  looksAt: 'ranges that are wide, and permissions that have ended',
  source: 'docs/policy.md',
  timeoutMs: 5_000,
  run({ policy, clock }) {
    const now = clock.now();
    const wide: string[] = [];
    const over: string[] = [];
    for (const { name, config, expiresAt } of policy.sources.values()) {
      if (expiresAt !== undefined && expiresAt <= now)
        // A date counts to the end of its day: the last moment of it is the one to show.
        over.push(`${name} ended ${formatInstant(plus(expiresAt, -1)).slice(0, 10)}`);
      for (const entry of config.networks) {
        const range = typeof entry === 'string' ? entry : entry.range;
        const bits = range.includes(':') ? 64 : Number(range.split('/')[1] ?? 32);
        if (bits < wideBits) wide.push(`${name}: ${range}`);
      }
    }
    const input = countOf(policy.sources.size, 'source');
    if (wide.length > 0) {
      return Promise.resolve([
        {
          state: 'warn',
          input,
          evidence: `${wide.length} wide ranges may send: ${wide.slice(0, 5).join('; ')}`,
          advice: 'Name the addresses of the devices; the sightings of a source show which ones are used.',
          details: wide,
        },
      ]);
    }
    if (over.length > 0) {
      return Promise.resolve([
        {
          state: 'warn',
          input,
          evidence: `permissions have ended: ${over.slice(0, 5).join('; ')}`,
          advice: 'Renew them or remove the sources.',
          details: over,
        },
      ]);
    }
    return Promise.resolve([
      { state: 'ok', input, evidence: 'no range is wide, and no permission has ended' },
    ]);
  },
};

/** Part of a quota that is worth a word. */
const quotaWarn = 0.8;

export const quotaCheck: Check = {
  name: 'quota',
  title: 'Quotas of Microsoft 365',
  looksAt: 'quotas of Microsoft 365: what is used, and when they run out at this rate',
  source:
    'https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits',
  timeoutMs: 5_000,
  needsRelay: true,
  run({ relay }) {
    const quotas = relay?.quotas() ?? [];
    return Promise.resolve(
      quotas.map(({ connector, quota, used, limit, runsOutAt }): CheckFinding => {
        const part = limit === 0 ? 1 : used / limit;
        const state = part >= 1 ? 'fail' : part >= quotaWarn ? 'warn' : 'ok';
        const evidence = `${used} of ${limit} used${runsOutAt === undefined ? '' : `; at this rate it runs out at ${formatInstant(runsOutAt)}`}`;
        return {
          about: `${connector} ${quota}`,
          state,
          input: quota,
          evidence,
          ...(state !== 'ok' && {
            advice: 'Spread mail over further mailboxes or routes, or let bulk mail wait (`priority: bulk`).',
          }),
        };
      }),
    );
  },
};

export const basicAuthCheck: Check = {
  name: 'basic-authentication',
  title: 'End of basic authentication',
  looksAt: 'connectors that log in with a password, against the dates on which that ends',
  source: 'https://techcommunity.microsoft.com/blog/exchange (end of basic authentication for SMTP AUTH)',
  timeoutMs: 5_000,
  run({ policy, clock }) {
    const users = connectorsOf(policy).filter(
      ({ route }) =>
        route.type === 'smtp-submission' &&
        route.service === 'exchange-online' &&
        route.credential.type === 'password',
    );
    const deadline = changes.find(
      ({ what, cancelled }) => cancelled !== true && /SMTP AUTH with a password/.test(what),
    );
    const input = 'connectors with a password at Exchange Online';
    if (users.length === 0) return Promise.resolve([{ state: 'ok', input, evidence: 'none: nothing ends' }]);
    const days =
      deadline === undefined ? undefined : Math.floor((Date.parse(deadline.from) - clock.now()) / dayMs);
    const when =
      deadline === undefined || days === undefined
        ? ''
        : `; ${deadline.from} (${days < 0 ? 'in force' : `in ${countOf(days, 'day')}`}): ${deadline.what}`;
    return Promise.resolve([
      {
        state: days !== undefined && days < 0 ? 'fail' : 'warn',
        input,
        evidence: `${users.map(({ name }) => name).join(', ')} log in with a password${when}`,
        advice:
          'Change `credential` to `type: oauth`; `relay365 microsoft365 script` prints the application and its permission.',
        ...(deadline && { source: deadline.source }),
      },
    ]);
  },
};

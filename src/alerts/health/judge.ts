/** From what was measured to the result of a check. Pure; every bound stands here with its reason. */
import type { Instant } from '../../platform/clock.ts';
import { formatInstant } from '../../platform/clock.ts';
import { ageText, bytesText } from '../words.ts';
import type { CheckPoint, CheckResult, CheckState } from './check.ts';
import type { Greeting } from './greeting.ts';

/** From where on a check warns, and fails; docs/alerts.md shows them. */
export const bounds = {
  /** Milliseconds. A commit takes one on a good disk and tens of them on a slow one; clients wait for it with each message. */
  store: { warn: 500, fail: 10_000 },
  /** Milliseconds beyond which devices with short timeouts begin to give up. */
  loop: { warn: 250, fail: 2_000 },
  /** Percent of the heap. */
  heap: { warn: 85, fail: 95 },
  /** Milliseconds. Tokens tolerate five minutes (Microsoft identity platform); logs are compared by seconds. */
  skew: { warn: 30_000, fail: 300_000 },
  /** Days that remain. */
  certificate: { warn: 14, fail: 0 },
  /** Milliseconds that the oldest message waits. */
  queue: { warn: 1_800_000, fail: 14_400_000 },
} as const;

export function judgeIntake(trouble: string | undefined): CheckResult {
  const common = { id: 'intake', title: 'Mail is accepted', decides: true } as const;
  if (trouble === undefined) return { ...common, state: 'ok', evidence: 'messages are taken' };
  return {
    ...common,
    state: 'fail',
    evidence: trouble,
    advice: 'Clients are answered 4yz and try again. Put right what the checks of store and disk show.',
  };
}

export function judgeListener(
  name: string,
  greeting: Greeting,
  { isOnlyOne }: { readonly isOnlyOne: boolean },
): CheckResult {
  const common = {
    id: `listener:${name}`,
    title: `Listener ${name} greets`,
    unit: 'ms',
    value: greeting.ms,
    decides: isOnlyOne,
  } as const;
  if (greeting.kind === 'failed') {
    return {
      ...common,
      state: 'fail',
      evidence: `no greeting: ${greeting.reason}`,
      advice:
        'Devices of this listener cannot send. Look for its faults in the log, and restart the relay if it stays.',
    };
  }
  if (greeting.code === 220) return { ...common, state: 'ok', evidence: `greeted after ${greeting.ms} ms` };
  return {
    ...common,
    state: 'warn',
    evidence: `answered ${greeting.code} instead of a greeting`,
    advice: 'Usually too many connections are open: see limits.connections and who holds them.',
  };
}

export function judgeStore(
  probe: { readonly ms: number; readonly error?: string },
  health: string,
): CheckResult {
  const common = { id: 'store', title: 'Store writes', unit: 'ms', value: Math.round(probe.ms) } as const;
  const advice = 'Look at the disk of the data directory: full, slow, or failing.';
  if (probe.error !== undefined) {
    return { ...common, state: 'fail', evidence: `a small write failed: ${probe.error}`, advice };
  }
  if (health !== 'ok') return { ...common, state: 'fail', evidence: `the store is ${health}`, advice };
  const state = stateOf(probe.ms, bounds.store);
  const evidence = `a small write took ${probe.ms.toFixed(1)} ms`;
  return state === 'ok' ? { ...common, state, evidence } : { ...common, state, evidence, advice };
}

export function judgeEventLoop(delay: { readonly p99Ms: number; readonly maxMs: number }): CheckResult {
  const common = {
    id: 'event-loop',
    title: 'Event loop',
    unit: 'ms',
    value: Math.round(delay.p99Ms),
  } as const;
  const state = stateOf(delay.p99Ms, bounds.loop);
  const evidence = `late by ${delay.p99Ms.toFixed(0)} ms in the worst hundredth, ${delay.maxMs.toFixed(0)} ms at most`;
  if (state === 'ok') return { ...common, state, evidence };
  return {
    ...common,
    state,
    evidence,
    advice: 'The machine has too little processor time for the relay: look for other load, or give it more.',
  };
}

export interface MemoryReading {
  readonly rss: number;
  readonly heapUsed: number;
  readonly heapLimit: number;
  /** Octets that the process may still get. */
  readonly available: number;
}

const availableLeast = 64 * 2 ** 20;

export function judgeMemory({ rss, heapUsed, heapLimit, available }: MemoryReading): CheckResult {
  const percent = Math.round((heapUsed / heapLimit) * 100);
  const common = { id: 'memory', title: 'Memory', unit: 'bytes', value: rss } as const;
  const evidence = `${bytesText(rss)} resident, ${percent} % of the heap used, ${bytesText(available)} available`;
  const state = available < availableLeast ? 'fail' : stateOf(percent, bounds.heap);
  if (state === 'ok') return { ...common, state, evidence };
  return {
    ...common,
    state,
    evidence,
    advice:
      'Give the relay more memory, or lower limits.connections and limits.bytesInFlight of the listeners.',
  };
}

export interface DiskReading {
  readonly bytesFree: number | undefined;
  readonly minimumFree: number;
  /** Points of this check, the oldest first. */
  readonly history: readonly CheckPoint[];
}

const growthWindowMs = 6 * 3_600_000;
/** Less than this says nothing about a trend. */
const growthLeastMs = 1_800_000;

/** When `minimumFree` is reached if it goes on as in the last six hours; `undefined`: not in sight. */
export function fullAt({ bytesFree, minimumFree, history }: DiskReading, now: Instant): number | undefined {
  const first = history.find(({ at, value }) => now - at <= growthWindowMs && value !== undefined);
  if (bytesFree === undefined || first?.value === undefined || now - first.at < growthLeastMs)
    return undefined;
  const perMs = (first.value - bytesFree) / (now - first.at);
  if (perMs <= 0) return undefined;
  return now + Math.max(0, bytesFree - minimumFree) / perMs;
}

const dayMs = 86_400_000;

export function judgeDisk(reading: DiskReading, now: Instant): CheckResult {
  const { bytesFree, minimumFree } = reading;
  const common = { id: 'disk', title: 'Disk of the data directory', unit: 'bytes' } as const;
  if (bytesFree === undefined)
    return { ...common, state: 'ok', evidence: 'the system does not tell what is free' };
  const end = fullAt(reading, now);
  const trend =
    end !== undefined && end - now < 30 * dayMs
      ? `; full by ${formatInstant(end as Instant)} at this rate`
      : '';
  const evidence = `${bytesText(bytesFree)} free${trend}`;
  const isNear = bytesFree < 2 * minimumFree || (end !== undefined && end - now < dayMs);
  const state: CheckState = bytesFree < minimumFree ? 'fail' : isNear ? 'warn' : 'ok';
  if (state === 'ok') return { ...common, value: bytesFree, state, evidence };
  return {
    ...common,
    value: bytesFree,
    state,
    evidence,
    advice: `Make room: below ${bytesText(minimumFree)} (minimumFree) mail is answered 452.`,
  };
}

export interface ClockReading {
  /** Milliseconds by which the time of day jumped against a clock that only rises; since the last look, signed. */
  readonly jumpMs: number;
  readonly lastJump?: { readonly at: Instant; readonly ms: number };
  /** Against the `Date` of an HTTPS answer, signed; positive: ours is behind. */
  readonly skew?: { readonly ms: number; readonly host: string; readonly at: Instant };
}

const jumpShownMs = 3_600_000;

export function judgeClock({ lastJump, skew }: ClockReading, now: Instant): CheckResult {
  const common = {
    id: 'clock',
    title: 'Clock',
    unit: 'ms',
    ...(skew ? { value: Math.round(skew.ms) } : {}),
  } as const;
  const advice = 'Let the machine keep its time by NTP. Tokens, certificates and retry times depend on it.';
  const skewState = skew ? stateOf(Math.abs(skew.ms), bounds.skew) : 'ok';
  const compared = skew
    ? `${(Math.abs(skew.ms) / 1000).toFixed(0)} s ${skew.ms > 0 ? 'behind' : 'ahead of'} ${skew.host}`
    : 'not compared with another clock yet';
  const jumped = lastJump !== undefined && now - lastJump.at < jumpShownMs;
  if (jumped) {
    const words = `it was set ${lastJump.ms > 0 ? 'forward' : 'back'} by ${ageText(Math.abs(lastJump.ms))} at ${formatInstant(lastJump.at)}; ${compared}`;
    return { ...common, state: skewState === 'fail' ? 'fail' : 'warn', evidence: words, advice };
  }
  if (skewState === 'ok') return { ...common, state: 'ok', evidence: compared };
  return { ...common, state: skewState, evidence: compared, advice };
}

export function judgeCertificates(
  expiries: readonly { readonly what: string; readonly at: Instant }[],
  now: Instant,
): CheckResult {
  const common = { id: 'certificate', title: 'Certificates, secrets and sign-ins', unit: 'days' } as const;
  const next = expiries[0];
  if (!next) return { ...common, state: 'ok', evidence: 'nothing that ends is known' };
  const days = Math.floor((next.at - now) / dayMs);
  const state = days < bounds.certificate.fail ? 'fail' : days < bounds.certificate.warn ? 'warn' : 'ok';
  const evidence = `${next.what} ${days < 0 ? 'ended' : 'ends'} ${formatInstant(next.at)}`;
  if (state === 'ok') return { ...common, state, value: days, evidence };
  return {
    ...common,
    state,
    value: days,
    evidence,
    advice: 'Put a new one in its place; the relay reads it by itself.',
  };
}

export function judgeQueue(queue: { readonly waiting: number; readonly oldestMs: number }): CheckResult {
  const { waiting, oldestMs } = queue;
  const common = {
    id: 'queue-age',
    title: 'Age of the queue',
    unit: 'seconds',
    value: Math.round(oldestMs / 1000),
  } as const;
  if (waiting === 0) return { ...common, state: 'ok', evidence: 'nothing waits' };
  const state = stateOf(oldestMs, bounds.queue);
  const evidence = `${waiting} ${waiting === 1 ? 'message waits' : 'messages wait'}, the oldest for ${ageText(oldestMs)}`;
  if (state === 'ok') return { ...common, state, evidence };
  return {
    ...common,
    state,
    evidence,
    advice: 'Look at what it waits for: relay365 queue groups, and relay365 connector list.',
  };
}

export interface ConnectorReading {
  readonly name: string;
  readonly suspended?: { readonly reason: string };
  readonly trouble?: { readonly text: string };
}

export function judgeConnectors(connectors: readonly ConnectorReading[]): CheckResult {
  const unwell = connectors.filter(
    ({ suspended, trouble }) => suspended !== undefined || trouble !== undefined,
  );
  const common = { id: 'connectors', title: 'Connectors', unit: 'count', value: unwell.length } as const;
  if (connectors.length === 0) {
    const evidence = 'the policy has no connector';
    return { ...common, state: 'warn', evidence, advice: 'Write one, or nothing is sent.' };
  }
  if (unwell.length === 0)
    return { ...common, state: 'ok', evidence: `${connectors.length} without trouble` };
  const words = unwell
    .slice(0, 5)
    .map(({ name, suspended, trouble }) => `${name}: ${suspended?.reason ?? trouble?.text ?? ''}`)
    .join('; ');
  return {
    ...common,
    state: unwell.length === connectors.length ? 'fail' : 'warn',
    evidence: `${unwell.length} of ${connectors.length} in trouble: ${words}`,
    advice: 'relay365 connector list shows what each one was told. Mail waits meanwhile.',
  };
}

function stateOf(
  value: number,
  { warn, fail }: { readonly warn: number; readonly fail: number },
): CheckState {
  if (value >= fail) return 'fail';
  return value >= warn ? 'warn' : 'ok';
}

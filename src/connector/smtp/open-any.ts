/** Opens a connection to the first of several hosts that takes one. */
import { isIP } from 'node:net';
import type { Failure } from '../../message/outcome.ts';
import type { Clock, Instant } from '../../platform/clock.ts';
import type { DnsAnswer } from '../../platform/dns.ts';
import type { NetAddress } from '../../platform/net.ts';
import { formatHostPort } from '../../platform/net.ts';
import type { Target, Targets } from '../route.ts';
import { openConnection } from './open-connection.ts';
import type { Opened } from './pool.ts';
import type { SmtpSettings } from './settings.ts';

/** Connections tried for one message; each may take `timeouts.connect`. */
const triesMax = 8;
/** A host that failed is asked last for this long, so that not every new connection waits for its time-out. */
const avoidMs = 60_000;
const rememberedMax = 1_000;

/** After this time IPv6 is tried again: what the host objected to may have been put right. */
const overIpv4Ms = 3_600_000;

/** Which hosts failed of late, and which take mail over IPv4 only. */
export class HostMemory {
  readonly #clock: Clock;
  readonly #failedAt = new Map<string, Instant>();
  /** By `host:port`: since when. */
  readonly #overIpv4Since = new Map<string, Instant>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The same hosts, those that failed of late behind the others. */
  inOrder(targets: readonly Target[]): readonly Target[] {
    if (this.#failedAt.size === 0) return targets;
    const now = this.#clock.now();
    const isAvoided = (target: Target): boolean =>
      now - (this.#failedAt.get(keyOf(target)) ?? -Infinity) < avoidMs;
    return [...targets.filter((target) => !isAvoided(target)), ...targets.filter(isAvoided)];
  }

  failed(target: Target): void {
    if (this.#failedAt.size >= rememberedMax) this.#failedAt.clear();
    this.#failedAt.set(keyOf(target), this.#clock.now());
  }

  worked(target: Target): void {
    this.#failedAt.delete(keyOf(target));
  }

  /**
   * The host (`host:port`) refused what came over IPv6. `false`: that was known when the attempt began, so its connection was
   * over IPv4 or there is no other, and nothing would be different now.
   */
  refusedIpv6(host: string, startedAt: Instant): boolean {
    const since = this.#since(host);
    if (since !== undefined) return startedAt <= since;
    if (this.#overIpv4Since.size >= rememberedMax) this.#overIpv4Since.clear();
    this.#overIpv4Since.set(host, this.#clock.now());
    return true;
  }

  /** The addresses to try; IPv6 ones only where the host does not refuse them, or has no others. */
  usable(host: string, addresses: readonly NetAddress[]): readonly NetAddress[] {
    if (this.#overIpv4Since.size === 0 || this.#since(host) === undefined) return addresses;
    const overIpv4 = addresses.filter(({ family }) => family === 4);
    return overIpv4.length > 0 ? overIpv4 : addresses;
  }

  #since(host: string): Instant | undefined {
    const since = this.#overIpv4Since.get(host);
    if (since === undefined || this.#clock.now() - since < overIpv4Ms) return since;
    this.#overIpv4Since.delete(host);
    return undefined;
  }
}

export async function openAny(
  targets: Targets,
  settings: SmtpSettings,
  memory: HostMemory,
  signal: AbortSignal,
): Promise<Opened> {
  if (targets.kind === 'failed') return targets;
  const failures: Failure[] = [];
  let host = '';
  for (const target of memory.inOrder(targets.targets)) {
    host = formatHostPort(target.host, target.port);
    const found = await target.resolve();
    const addresses = memory.usable(host, usableAddresses(found, settings));
    if (addresses.length === 0) failures.push(noAddress(target, found, settings));
    for (const address of addresses) {
      if (signal.aborted) return { kind: 'aborted', host };
      const result = await openConnection(
        { host: target.host, port: target.port, address },
        settings,
        signal,
      );
      if (result.kind === 'open') {
        memory.worked(target);
        return result;
      }
      if (signal.aborted) return { kind: 'aborted', host };
      failures.push(result.failure);
      // The same password would be wrong, and counted, at each further host.
      if (result.failure.stage === 'login' || failures.length >= triesMax) {
        return { kind: 'failed', host, failure: combined(failures) };
      }
    }
    memory.failed(target);
  }
  return { kind: 'failed', host, failure: combined(failures) };
}

function keyOf({ host, port }: Target): string {
  return `${host} ${port}`;
}

function usableAddresses(
  found: DnsAnswer<NetAddress>,
  { sourceAddress }: SmtpSettings,
): readonly NetAddress[] {
  if (found.kind !== 'records') return [];
  if (sourceAddress === undefined) return found.records;
  return found.records.filter(({ family }) => family === isIP(sourceAddress));
}

function noAddress(target: Target, found: DnsAnswer<NetAddress>, settings: SmtpSettings): Failure {
  const wanted = settings.ipVersion === 'any' ? '' : ` for IPv${settings.ipVersion}`;
  const words: Record<typeof found.kind, string> = {
    records: 'has no address of the family of `sourceAddress`',
    'no-name': 'does not exist: no such host name',
    'no-data': `has no address${wanted}`,
    failed: `cannot be resolved now${found.kind === 'failed' ? ` (${found.code})` : ''}`,
  };
  return {
    scope: settings.routeScope,
    permanence: 'transient',
    stage: 'resolve',
    code: found.kind === 'failed' ? 'dns-failed' : 'host-not-found',
    text: `${target.host} ${words[found.kind]}`,
    status: '4.4.3',
  };
}

/** The last failure, with what was wrong at each host before it. */
function combined(failures: readonly Failure[]): Failure {
  const last = failures.at(-1);
  if (!last) throw new Error('no host was tried');
  const texts = [...new Set(failures.map(({ text }) => text))];
  return texts.length === 1 ? last : { ...last, text: texts.join('; ') };
}

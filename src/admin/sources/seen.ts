/** What was seen of a source, as far as the list of sources needs it. Pure. */
import type { Sighting, Sightings } from '../../observe/traffic/sightings.ts';
import type { Instant } from '../../platform/clock.ts';

export interface Seen {
  readonly lastAt: Instant;
  readonly messagesDay: number;
  readonly messagesMonth: number;
  /** Came without TLS within 30 days. */
  readonly unencrypted: boolean;
  readonly tlsVersions: readonly string[];
  /** The newest first. */
  readonly addresses: readonly string[];
}

const monthMs = 30 * 86_400_000;

/** `undefined`: nothing is known of it. */
export function seenOf(sightings: Sightings, source: string, now: Instant): Seen | undefined {
  const sighting = sightings.get(source);
  if (!sighting) return undefined;
  const { day, month } = sightings.volume(sighting);
  return {
    lastAt: sighting.lastAt,
    messagesDay: day[0],
    messagesMonth: month[0],
    unencrypted: sighting.plainLastAt !== undefined && now - sighting.plainLastAt < monthMs,
    tlsVersions: versionsOf(sighting),
    addresses: sighting.addresses.map(([address]) => address).toReversed(),
  };
}

function versionsOf({ tls }: Sighting): string[] {
  return [...new Set(tls.map(({ version }) => version))];
}

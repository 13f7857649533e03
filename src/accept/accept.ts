/** The way in, built from its parts; see acceptance.ts for the contract. */
import type { Clock } from '../platform/clock.ts';
import type { NewId } from '../platform/random.ts';
import type { Events } from '../observe/events.ts';
import type { Queue } from '../queue/queue.ts';
import type { Acceptance } from './acceptance.ts';
import { BytesInFlight } from './bytes-in-flight.ts';
import { MessageIntake } from './intake.ts';
import { diskFull, storeFailing } from './refusals.ts';

export interface AcceptanceOptions {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly hostname: string;
  readonly events: Events;
  readonly diskHealth: () => 'ok' | 'full' | 'failing';
  /** Octets that may still be stored before the disk counts as full; `undefined` where nobody can tell. */
  readonly roomBytes?: () => number | undefined;
  /** Octets of content in memory and not yet stored, all sessions together; beyond it `write` says `false`. */
  readonly contentBytesInFlightMax: number;
}

export function createAcceptance(options: AcceptanceOptions): Acceptance {
  const { queue, clock, hostname, events } = options;
  const budget = new BytesInFlight(options.contentBytesInFlightMax);
  const environment = { queue, clock, hostname, events, budget };
  return {
    ready(declaredBytes) {
      const health = options.diskHealth();
      if (health === 'full')
        return diskFull('less than minimumFree is left on the disk of the data directory');
      if (health === 'failing') return storeFailing('the store reported a fault and has not recovered');
      const room = options.roomBytes?.();
      if (declaredBytes === undefined || room === undefined || declaredBytes <= room) return undefined;
      return diskFull(`${declaredBytes} octets were announced and ${room} are free above minimumFree`);
    },
    begin: (transaction) => new MessageIntake(environment, transaction),
  };
}

/** What each check looks at, for the reference. `listener:NAME` stands for one check a listener. */
import { bounds } from './judge.ts';
import { ageText } from '../words.ts';

export interface CheckWords {
  readonly id: string;
  readonly what: string;
  readonly warn: string;
  readonly fail: string;
}

export const checkWords: readonly CheckWords[] = [
  {
    id: 'intake',
    what: 'Whether messages are taken at this moment.',
    warn: '',
    fail: 'the relay stops, the disk is full, or the store fails',
  },
  {
    id: 'listener:NAME',
    what: 'A connection from this machine, and the greeting.',
    warn: 'another code than 220',
    fail: 'no greeting within 5 seconds',
  },
  {
    id: 'store',
    what: 'A small write that is made stable.',
    warn: `${bounds.store.warn} ms`,
    fail: `${bounds.store.fail / 1000} s, or an error`,
  },
  {
    id: 'event-loop',
    what: 'Delay of the event loop, the worst hundredth.',
    warn: `${bounds.loop.warn} ms`,
    fail: `${bounds.loop.fail / 1000} s`,
  },
  {
    id: 'memory',
    what: 'Heap of the process, and what the system can still give.',
    warn: `${bounds.heap.warn} % of the heap`,
    fail: `${bounds.heap.fail} % of the heap, or less than 64 MiB available`,
  },
  {
    id: 'disk',
    what: 'Room on the disk of the data directory, and its trend of six hours.',
    warn: 'less than twice `minimumFree`, or full within a day',
    fail: 'less than `minimumFree`',
  },
  {
    id: 'clock',
    what: 'Jumps of the time of day against a clock that only rises, and the `Date` of HTTPS answers.',
    warn: `${ageText(bounds.skew.warn)} off, or set within the last hour`,
    fail: `${ageText(bounds.skew.fail)} off`,
  },
  {
    id: 'certificate',
    what: 'What ends next: certificates, secrets, sign-ins.',
    warn: `${bounds.certificate.warn} days`,
    fail: 'it has ended',
  },
  {
    id: 'queue-age',
    what: 'The oldest message that waits and is not held.',
    warn: ageText(bounds.queue.warn),
    fail: ageText(bounds.queue.fail),
  },
  {
    id: 'connectors',
    what: 'Connectors that are suspended or met a fault of set-up.',
    warn: 'one of several',
    fail: 'all of them',
  },
];

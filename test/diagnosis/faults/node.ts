/** Faults of the machine, the listeners and the policy. */
import { freeBytesOf } from '../../../src/platform/disk.ts';
import { afterNineOfTen, afterOldHandshake, ofOpenRelay, toldAfterRuns } from './observed.ts';
import type { Fault } from './world.ts';
import { examine, hop, printer, to, zone } from './world.ts';

const device = { name: 'devices', tls: 'starttls', minimumTls: '1.2' };
const listening = (changes: Record<string, unknown>) =>
  examine(zone({}, { listeners: [{ ...device, ...changes }] }));
const source = (changes: Record<string, unknown>) =>
  examine(zone({}, { sources: [{ ...printer[0], ...changes }] }));

/** A host that greets us from an address that is not ours. */
const elsewhere = async () => {
  const port = await hop({
    on: ({ verb }) => (verb === 'EHLO' ? '250 mx.example Hello [198.51.100.7]' : undefined),
  });
  return examine({ ...to(port, { tls: 'off' }), egress: ['203.0.113.9'] });
};

export const nodeFaults: readonly Fault[] = [
  {
    fault: 'disk full',
    told: () => examine(zone({}, { minimumFree: Number.MAX_SAFE_INTEGER })),
    id: 'doctor disk',
    cause: 'no mail is taken now',
    mend: 'Make room on this disk',
  },
  {
    fault: 'disk low',
    told: async () => {
      const free = await freeBytesOf('/tmp');
      // More than it must be, and less than four times as much.
      return examine(zone({}, { minimumFree: Math.round((free ?? 0) / 2) }));
    },
    id: 'doctor disk',
    cause: 'are free; mail is refused below',
    mend: 'move the data directory to a larger one',
  },
  {
    fault: 'mail leaves from an address that is not ours',
    told: elsewhere,
    id: 'doctor egress:out',
    cause: 'mail leaves from 198.51.100.7, which is not among the addresses that were said to be ours',
    mend: 'Set-InboundConnector -Identity NAME -SenderIPAddresses @{Add="198.51.100.7"}',
  },
  {
    fault: 'the public address drifts over the runs of the doctor',
    told: () => toldAfterRuns(['198.51.100.1', '198.51.100.4', '198.51.100.7', '198.51.100.7']),
    id: 'doctor egress:out',
    cause: 'it has changed 2 times within 30 days',
    mend: '-SenderIPAddresses @{Add="198.51.100.7";Remove="198.51.100.4"}',
  },
  {
    fault: 'TLS 1.0 still open, and nobody needs it',
    told: () => listening({ minimumTls: '1.0' }),
    id: 'doctor tls-floor:devices',
    cause: 'TLS 1.0 is deprecated; no source was seen to need it',
    mend: 'Raise `minimumTls` to "1.2"',
  },
  {
    fault: 'TLS 1.0 still open, and a device uses it',
    told: async () => {
      const listeners = [{ ...device, minimumTls: '1.0' }];
      return examine(zone({}, { listeners, relay: await afterOldHandshake() }));
    },
    id: 'doctor tls-floor:devices',
    cause: 'still used by old-scanner (TLS 1.0)',
    mend: 'give them a listener of their own',
  },
  {
    fault: 'passwords in clear',
    told: () => listening({ authWithoutTls: true }),
    id: 'doctor tls-floor:devices',
    cause: 'passwords cross the network in clear (authWithoutTls)',
    mend: 'Let the devices use STARTTLS',
  },
  {
    fault: 'a range that is far too wide',
    told: () => source({ networks: [{ range: '10.0.0.0/8', dangerous: true }] }),
    id: 'doctor allow-list',
    cause: '1 wide ranges may send: printer: 10.0.0.0/8',
    mend: 'Name the addresses of the devices',
  },
  {
    fault: 'a permission that has ended',
    told: () => source({ expires: '2026-01-31' }),
    id: 'doctor allow-list',
    cause: 'permissions have ended: printer ended 2026-01-31',
    mend: 'Renew them or remove the sources',
  },
  {
    fault: 'an open relay',
    told: async () => examine(zone({}, { relay: await ofOpenRelay() })),
    id: 'doctor open-relay:devices',
    cause: 'every address counts as the source everybody',
    mend: 'Narrow `networks` of everybody: anybody can send through this relay',
  },
  {
    fault: 'a quota of Microsoft 365 is nearly used up',
    told: async () => examine(zone({}, { relay: await afterNineOfTen() })),
    id: 'doctor quota:out external recipients in 24 hours of tenant contoso.com',
    cause: '9 of 10 used',
    mend: 'Spread mail over further mailboxes or routes',
  },
];

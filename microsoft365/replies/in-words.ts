/** The verdict of an entry in words, for people at a terminal or before a page. */
import type { Side } from './entry.ts';
import type { BackOff, Scope, Verdict } from './verdict.ts';

/** What is right for the mail, as one or two sentences. */
export function verdictInWords(verdict: Verdict): string {
  const sentences = [deed(verdict), verdict.alarm ? 'Tell the administrator at once.' : ''];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

export function sideInWords(side: Side): string {
  return sides[side];
}

const sides: Readonly<Record<Side, string>> = {
  ours: 'the relay: its settings, its network, its address',
  'microsoft-365': 'Microsoft 365: the settings of the tenant, or the service itself',
  recipient: "the recipient's side",
  device: 'the device or application that wrote the message',
};

const scopes: Readonly<Record<Scope, string>> = {
  connector: 'everything that goes this way',
  destination: 'this mailbox or tenant',
  message: 'this message',
  recipient: 'this recipient',
};

function deed(verdict: Verdict): string {
  const whom = scopes[verdict.scope];
  switch (verdict.kind) {
    case 'transient':
      if (verdict.split) return 'Send the recipients that were not taken with another transaction.';
      if (verdict.freshToken) return 'Try again with a new access token.';
      return `Try again after ${durations(verdict.backOff)}; it concerns ${whom}.`;
    case 'throttle': {
      const less = verdict.fewerConnections ? ', with fewer connections' : '';
      const who = verdict.exhausted?.startsWith('external') === true ? `external mail of ${whom}` : whom;
      const used =
        verdict.exhausted === 'messages' ? ', and the minute of the mailbox counts as used up' : '';
      return `Keep it whatever the code: ${who} waits ${durations(verdict.backOff)}${less}${used}. It clears by itself.`;
    }
    case 'permanent':
      return verdict.otherRoute
        ? 'Take another route; return it to the sender where there is none.'
        : `Return it to the sender; it concerns ${whom}.`;
    case 'configuration': {
      const first = verdict.freshToken ? 'Try once with a new access token. Then ' : '';
      const waits = `${whom} waits, and nothing is returned, until the set-up is put right.`;
      return first + (first ? waits : capital(waits));
    }
    case 'sender':
      return verdict.scope === 'destination'
        ? 'Stop this mailbox and keep its mail until its rights are put right; others go on.'
        : 'Stop this sender and keep its mail until its rights are put right; others go on.';
    case 'retry-over-ipv4':
      return verdict.backOff.minMs > 60_000
        ? `Try again over IPv4 after ${durations(verdict.backOff)}.`
        : 'Try again over IPv4 at once.';
    default:
      return verdict satisfies never;
  }
}

function durations({ minMs, maxMs }: BackOff): string {
  if (minMs === maxMs) return duration(minMs);
  return `${minMs === 0 ? 'nothing' : duration(minMs)} to ${duration(maxMs)}`;
}

function duration(ms: number): string {
  const [value, unit] =
    ms >= 2 * 3_600_000 || ms === 3_600_000
      ? [ms / 3_600_000, 'hour']
      : ms >= 60_000
        ? [ms / 60_000, 'minute']
        : [ms / 1000, 'second'];
  return `${value} ${unit}${value === 1 ? '' : 's'}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

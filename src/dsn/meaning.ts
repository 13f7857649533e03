/**
 * What a status means and what to do, for a person at an office. By RFC 3463 detail; a fault on our side of the
 * line (no route, TLS, login) is a matter for whoever runs the relay, and is said so.
 */
import type { RecipientState } from '../message/message.ts';
import type { DsnAction } from './report.ts';
import { failureOf, statusOf } from './report.ts';

export interface Meaning {
  readonly meaning: string;
  readonly advice: string;
}

// RFC 3463 3, without the class digit. The first entry that fits counts: whole detail, then its subject.
const meanings = new Map<string, Meaning>([
  ['1.0', say('There is something wrong with the address.', 'Check the address and send the message again.')],
  [
    '1.1',
    say(
      'There is no such mailbox at that address.',
      'Check the spelling of the address, or ask the recipient for the right one.',
    ),
  ],
  [
    '1.2',
    say('The part of the address after the @ leads to no mail server.', 'Check the spelling of the domain.'),
  ],
  [
    '1.3',
    say(
      'The address is not written in a form that the other side understands.',
      'Check the address for blanks and unusual characters.',
    ),
  ],
  ['1.6', say('The mailbox has moved and left no new address.', 'Ask the recipient for the new address.')],
  [
    '1.7',
    say(
      'The sender address of this message is not written in a form that the other side understands.',
      'Correct the sender address that is set in the device or program.',
    ),
  ],
  [
    '1.8',
    say(
      'The other side does not accept the sender address of this message.',
      'Use a sender address that exists, or ask your administrator which one to use.',
    ),
  ],
  ['1.10', say('The recipient’s domain accepts no mail at all.', 'Ask the recipient for another address.')],
  [
    '2.0',
    say(
      'The recipient’s mailbox has a problem.',
      'Ask the recipient, by other means, whether the mailbox works.',
    ),
  ],
  ['2.1', say('The recipient’s mailbox is switched off.', 'Ask the recipient for another address.')],
  [
    '2.2',
    say('The recipient’s mailbox is full.', 'Ask the recipient to make room, then send the message again.'),
  ],
  [
    '2.3',
    say(
      'The message is larger than the recipient may receive.',
      'Send it in parts, or share the file in another way.',
    ),
  ],
  [
    '3.0',
    say(
      'The other mail server has a problem of its own.',
      'Send the message again later; if it stays like this, tell your administrator.',
    ),
  ],
  ['3.1', say('The other mail server has no room left.', 'Send the message again later.')],
  [
    '3.4',
    say(
      'The message is larger than the other side accepts.',
      'Send it in parts, make it smaller (scan at a lower resolution), or share the file in another way.',
    ),
  ],
  [
    '4.0',
    say(
      'The other mail server could not be reached.',
      'Tell your administrator: network, DNS or route need a look.',
    ),
  ],
  [
    '4.4',
    say(
      'No way to the other mail server is known.',
      'Check the domain of the address; if it is right, tell your administrator.',
    ),
  ],
  [
    '4.6',
    say(
      'The message was sent in circles between mail servers.',
      'Tell your administrator: two servers forward to each other.',
    ),
  ],
  [
    '4.7',
    say(
      'The message could not be delivered in the time allowed.',
      'Send it again if it still matters, and show this notice to your administrator.',
    ),
  ],
  [
    '5.0',
    say('The two mail servers did not understand each other.', 'Show this notice to your administrator.'),
  ],
  ['5.3', say('The message has too many recipients.', 'Send it to fewer recipients at a time.')],
  [
    '6.0',
    say(
      'The other side does not accept the content of the message.',
      'Show this notice to your administrator.',
    ),
  ],
  [
    '6.7',
    say(
      'The address has characters that the other side cannot handle.',
      'Use an address without accents and other special letters, if there is one.',
    ),
  ],
  [
    '7.0',
    say(
      'The other side refuses the message by its rules.',
      'Show this notice to your administrator: the reply often names the rule.',
    ),
  ],
  [
    '7.1',
    say(
      'The other side does not let this sender write to this recipient.',
      'Ask the recipient whether mail from outside is allowed, and show this notice to your administrator.',
    ),
  ],
  [
    '7.8',
    say(
      'The other side did not accept our login.',
      'Tell your administrator: the relay’s login at the next mail server needs a look.',
    ),
  ],
]);

const bySubject = new Map<string, string>([
  ['1', '1.0'],
  ['2', '2.0'],
  ['3', '3.0'],
  ['4', '4.0'],
  ['5', '5.0'],
  ['6', '6.0'],
  ['7', '7.0'],
]);

const unknown = say('The other side gave no reason that we know.', 'Show this notice to your administrator.');
const ours = say(
  'This mail relay could not hand the message on; the address may well be right.',
  'Show this notice to your administrator.',
);
const byOperator = say(
  'An administrator took the message out of the queue.',
  'Ask your administrator, and show this notice.',
);
const relayed = say(
  'The message was handed to the next mail server, which sends no confirmations of its own.',
  'Nothing. There may be no further notice, whether it arrives or not.',
);
const delayed = say('', 'Nothing yet: this mail relay goes on trying. Do not send the message again.');

export function meaningOf(state: RecipientState, action: DsnAction): Meaning {
  if (action === 'relayed') return relayed;
  const { meaning, advice } = reason(state, action);
  return action === 'delayed' ? { meaning, advice: delayed.advice } : { meaning, advice };
}

function reason(state: RecipientState, action: DsnAction): Meaning {
  const failure = failureOf(state);
  if (failure?.stage === 'operator') return byOperator;
  if (state.kind === 'expired') return meanings.get('4.7') ?? unknown;
  if (failure?.scope === 'connector') return ours;
  const [, subject = '', detail = ''] = statusOf(state, action).split('.');
  return meanings.get(`${subject}.${detail}`) ?? meanings.get(bySubject.get(subject) ?? '') ?? unknown;
}

function say(meaning: string, advice: string): Meaning {
  return { meaning, advice };
}

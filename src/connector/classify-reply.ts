/**
 * What a reply of the next hop means for mail: whom it concerns (scope) and whether waiting helps
 * (permanence). Every judgement of replies stands in this file.
 *
 * RFC 5321 4.2.1 gives the first digit; the stage says who is meant. What concerns our own right to use the
 * next hop (greeting, hello, login, authentication at MAIL) is a fault of set-up that somebody will put
 * right, so mail waits for it and is not bounced. Whatever is unknown is transient.
 */
import type { Failure, FailureScope, Stage } from '../message/outcome.ts';
import type { Reply } from '../message/reply.ts';
import { formatReply } from '../message/reply.ts';

/** A fault of the way itself: of the whole connector with a smart host, of one domain with MX. */
export type RouteScope = Extract<FailureScope, 'connector' | 'destination'>;

export interface ReplyQuestion {
  readonly stage: Stage;
  readonly reply: Reply;
  readonly routeScope: RouteScope;
  /** `host:port`, for the operator's text. */
  readonly host: string;
}

interface Judgement {
  readonly scope: FailureScope;
  readonly permanence: Failure['permanence'];
  readonly code: string;
  /** What is wrong, as the end of a sentence that begins with the host. */
  readonly says: string;
  /** RFC 3463, where the reply has none. */
  readonly status: string;
  readonly aboutTheWay?: true;
}

export function classifyReply({ stage, reply, routeScope, host }: ReplyQuestion): Failure {
  const judgement = judge(stage, reply, routeScope);
  return {
    scope: judgement.scope,
    permanence: judgement.permanence,
    stage,
    reply,
    code: judgement.code,
    text: `${host} ${judgement.says}: ${formatReply(reply)}`,
    status: statusFor(reply, judgement),
    ...(judgement.aboutTheWay && { aboutTheWay: true }),
  };
}

/** RFC 3464 2.3.4: the status of a DSN agrees with what happens to the message. */
function statusFor(reply: Reply, judgement: Judgement): string {
  const digit = judgement.permanence === 'permanent' ? '5' : '4';
  const given = reply.enhanced ?? judgement.status;
  return given.startsWith('2') ? judgement.status : digit + given.slice(1);
}

function judge(stage: Stage, reply: Reply, routeScope: RouteScope): Judgement {
  // RFC 5321 3.8: 421 ends the connection whatever it answers.
  if (reply.code === 421) {
    return transient(routeScope, 'closing', 'closed the connection', '4.3.2');
  }
  switch (stage) {
    case 'greeting':
      return transient(routeScope, 'greeting-refused', 'refuses this relay in its greeting', '4.3.2');
    case 'hello':
      return transient(routeScope, 'hello-refused', 'refuses the EHLO name of this relay', '4.5.0');
    case 'tls':
      return transient(routeScope, 'tls-refused', 'offers STARTTLS and then refuses it', '4.7.4');
    case 'login':
      return reply.code < 500
        ? transient('connector', 'login-deferred', 'cannot check the login at the moment', '4.7.0')
        : transient('connector', 'login-refused', 'refuses the login; check username and password', '4.7.8');
    case 'mail':
      return judgeMail(reply, routeScope);
    case 'rcpt':
      return deniesRelay(reply) && routeScope === 'connector' ? relayDenied : judgeRecipient(reply);
    case 'data':
    case 'content':
      return judgeContent(reply, routeScope);
    case 'route':
    case 'resolve':
    case 'connect':
    case 'operator':
      return transient(routeScope, 'unexpected-reply', 'gave an unexpected reply', '4.5.0');
  }
}

// RFC 4954 6 and the registry of RFC 5248: codes that ask for a login, a stronger one, or TLS before it.
const authenticationCodes = new Set([530, 534, 535, 538]);
const authenticationStatus = /^[45]\.7\.(?:8|9|11|12|14|57)$/;

function judgeMail(reply: Reply, routeScope: RouteScope): Judgement {
  if (authenticationCodes.has(reply.code) || authenticationStatus.test(reply.enhanced ?? '')) {
    const says =
      'asks for a login or a better one before it takes mail; check `login` and `tls` of the connector';
    return transient('connector', 'authentication-required', says, '4.7.0');
  }
  if (reply.enhanced?.startsWith('5.7.')) {
    // Either this relay or this one sender is not allowed; only a person can tell, so the mail waits.
    return transient('message', 'sender-not-authorised', 'does not allow this sender', '4.7.1');
  }
  if (reply.code < 500) {
    const scope = isAboutSystem(reply, systemAtMail) ? routeScope : 'message';
    return transient(scope, 'sender-deferred', 'does not take this sender now', '4.0.0');
  }
  // RFC 5321 4.3.2: these say that command or order were not understood, which is no word about the message.
  if (isProtocolComplaint(reply))
    return transient('message', 'mail-rejected', 'does not understand MAIL', '4.5.0');
  if (reply.code === 552)
    return permanent('message', 'message-too-large', 'finds the message too large', '5.3.4');
  return permanent('message', 'sender-refused', 'refuses the sender', '5.1.0');
}

/**
 * How Postfix, Exim, Sendmail, Exchange, qmail and those that took their words from them say that this client may not
 * send to others through them.
 */
const relayWords =
  /\brelay(?:ing)?(?: access)?(?: is)? (?:denied|prohibited|not (?:allowed|permitted))\b|\bnot (?:permitted|allowed) to relay\b|\bunable to relay\b|\b(?:cannot|do not|don't|will not) relay\b|\ballowed rcpthosts\b/i;
// 554 of Postfix, 454 while it is told to be soft, 553 of qmail.
const relayCodes = new Set([454, 550, 551, 553, 554]);

/** Told for one recipient, but about us: this next hop takes such mail from clients that it knows. */
function deniesRelay(reply: Reply): boolean {
  const isRefusal = relayCodes.has(reply.code) || /^[45]\.7\./.test(reply.enhanced ?? '');
  return isRefusal && relayWords.test(reply.lines.join(' '));
}

/**
 * With a next hop for all our mail, permission is missing there, which a person gives; with MX the host is merely not the
 * one for this domain, and the recipient fails.
 */
const relayDenied: Judgement = {
  ...transient(
    'connector',
    'relay-denied',
    'does not let this relay send to others through it; allow the address of this relay there (Postfix: `mynetworks`; ' +
      'Exchange: a receive connector that may relay), or give the connector a `login` that may',
    '4.7.1',
  ),
  aboutTheWay: true,
};

function judgeRecipient(reply: Reply): Judgement {
  // RFC 5321 4.5.3.1.10: 452 and the old 552 mean that these recipients go with another transaction.
  const mailboxFull = reply.enhanced?.slice(1) === '.2.2';
  if (reply.enhanced?.slice(1) === '.5.3' || (reply.code === 552 && !mailboxFull)) {
    return transient('recipient', 'too-many-recipients', 'takes no more recipients in one message', '4.5.3');
  }
  if (reply.code < 500) {
    // Whatever the enhanced status says: told for one recipient, it need not be true of the next.
    return transient('recipient', 'recipient-deferred', 'does not take this recipient now', '4.0.0');
  }
  if (isProtocolComplaint(reply) && reply.code !== 501) {
    return transient('recipient', 'rcpt-rejected', 'does not understand RCPT', '4.5.0');
  }
  return permanent('recipient', 'recipient-refused', 'refuses this recipient', '5.1.0');
}

function judgeContent(reply: Reply, routeScope: RouteScope): Judgement {
  // RFC 3463 3.6: X.5.3, too many recipients. Some servers count them only here.
  if (reply.enhanced?.slice(1) === '.5.3')
    return transient('message', 'too-many-recipients', 'takes no message to so many recipients', '4.5.3');
  if (reply.code < 500) {
    const scope = isAboutSystem(reply, systemAtContent) ? routeScope : 'message';
    return transient(scope, 'content-deferred', 'does not take the message now', '4.0.0');
  }
  if (isProtocolComplaint(reply))
    return transient('message', 'content-rejected', 'does not understand the transfer', '4.5.0');
  if (reply.code === 552 && reply.enhanced === undefined) {
    return permanent('message', 'message-too-large', 'finds the message too large', '5.3.4');
  }
  return permanent('message', 'content-refused', 'refuses the message', '5.6.0');
}

/** 500, 502, 503, 504 (RFC 5321 4.2.2), unless an enhanced status says that something else is meant. */
function isProtocolComplaint(reply: Reply): boolean {
  const aboutProtocol = reply.enhanced === undefined || reply.enhanced.startsWith('5.5.');
  return reply.code >= 500 && reply.code <= 504 && reply.code !== 501 && aboutProtocol;
}

/**
 * RFC 3463 3.4, 3.5: mail system full, not accepting messages, congestion concern all mail for this next hop. Before the
 * message is known, so do full storage and "other". After its content they may be about this message (its size, a scanner
 * that stumbled over it, which servers report as 4.3.0), and one such message must not close the way for the others.
 */
const systemAtMail = /^4\.(?:3\.[0125]|4\.5)$/;
const systemAtContent = /^4\.(?:3\.2|4\.5)$/;

function isAboutSystem({ enhanced }: Reply, statuses: RegExp): boolean {
  return statuses.test(enhanced ?? '');
}

/**
 * RFC 5321 4.5.3.1.10: the recipients taken so far go now and these with a further transaction. 452 alone is the reply
 * that the section asks for; whether it was meant so shows in whether others of the transaction were taken.
 */
export function meansTooManyRecipients({ stage, reply, code }: Failure): boolean {
  if (stage !== 'rcpt') return code === 'too-many-recipients';
  return code === 'too-many-recipients' || (reply?.code === 452 && reply.enhanced === undefined);
}

/** In so many words (RFC 3463 X.5.3), so that fewer may be taken where none was. */
export function saysTooManyRecipients({ reply }: Failure): boolean {
  return reply?.enhanced?.slice(1) === '.5.3';
}

function transient(scope: FailureScope, code: string, says: string, status: string): Judgement {
  return { scope, permanence: 'transient', code, says, status };
}

function permanent(scope: FailureScope, code: string, says: string, status: string): Judgement {
  return { scope, permanence: 'permanent', code, says, status };
}

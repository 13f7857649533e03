/** What a step means in words: the failure as the mail path judges it, and what the catalogue knows of the reply. */
import { classifyReply } from '../../connector/classify-reply.ts';
import { wireFailure } from '../../connector/smtp/connection-failure.ts';
import type { WireFault } from '../../connector/smtp/wire.ts';
import type { Where } from '../../connector/judged-connector.ts';
import { judgeReply } from '../../connector/microsoft365/judge-reply.ts';
import type { TlsFault } from '../../connector/smtp/tls.ts';
import type { Stage } from '../../message/outcome.ts';
import { formatReply } from '../../message/reply.ts';
import type { SmtpReply } from '../../protocol/smtp/client/reply-reader.ts';
import { findOwnReply, ownReplies } from '../explainer/own-replies.ts';
import type { AttributionFacts } from './attribution-facts.ts';
import { attributionWords } from './attribution-facts.ts';
import type { StepFinding } from './conversation.ts';
import { faultAdvice } from './fault-advice.ts';

export interface Place {
  /** `host:port`. */
  readonly host: string;
  readonly port: number;
  readonly where?: Where | undefined;
  /** What attribution on the tenant's MX had to go by. */
  readonly attribution?: () => AttributionFacts;
  /** Our own word for the refusal, where it is our listener that refuses. */
  readonly overheard?: () => { readonly text: string; readonly rule: string } | undefined;
}

const microsoftHost =
  /(?:\.outlook\.com|\.office365\.com|\.office\.com|\.azurecomm\.net|\.microsoft|\.outlook\.cn|\.office365\.us)\.?(?::\d+)?$/i;

/** A refusal at this stage. */
export function refusal(stage: Stage, reply: SmtpReply, place: Place): StepFinding {
  const own = place.overheard?.();
  if (own) {
    return { outcome: 'fail', explained: own.text, advice: ownAdvice(own.rule, reply.code), code: own.rule };
  }
  // What the session itself refuses (login, syntax) no policy speaks of: then the words tell the rule.
  const said = place.overheard && findOwnReply(formatReply(reply))?.reply;
  if (said) {
    return {
      outcome: 'fail',
      explained: said.meaning,
      advice: ownAdvice(said.rule, reply.code),
      code: said.rule,
    };
  }
  const where = whereOf(place);
  const judged = where && judgeReply(reply, { where, stage });
  if (judged) {
    const { meaning, cause, fix } = judged.entry;
    const facts = judged.code.startsWith('attribution-') ? place.attribution?.() : undefined;
    const here = facts && attributionWords(facts);
    const causes = cause.length > 0 ? [`Causes: ${cause.join('; ')}.`] : [];
    return {
      outcome: 'fail',
      explained: [...(here ? [here.cause] : []), meaning, ...causes].join(' '),
      advice: [...(here ? [here.advice] : []), ...fix].join('\n'),
      code: judged.code,
    };
  }
  const grey = greylisting(reply);
  if (grey) return grey;
  const failure = classifyReply({ stage, reply, routeScope: 'connector', host: place.host });
  const code = failure.code === 'content-refused' && isTooLarge(reply) ? 'message-too-large' : failure.code;
  return {
    outcome: 'fail',
    explained:
      code === failure.code
        ? failure.text
        : `${place.host} finds the message too large: ${formatReply(reply)}`,
    advice: faultAdvice(code, { stage, port: place.port }),
    code,
  };
}

// RFC 3463 3.4: X.3.4, message too big for system. RFC 1870 6.3: 552 where there is no enhanced code.
function isTooLarge({ code, enhanced }: SmtpReply): boolean {
  return enhanced === undefined ? code === 552 : enhanced.slice(1) === '.3.4';
}

/** The connection failed at this stage. */
export function wireFinding(stage: Stage, fault: WireFault, place: Place): StepFinding {
  const failure = wireFailure(fault, { stage, host: place.host, routeScope: 'connector' });
  return {
    outcome: 'fail',
    explained: failure.text,
    advice: faultAdvice(failure.code, { stage, port: place.port }),
    code: failure.code,
  };
}

export function tlsFinding({ code, text }: TlsFault, place: Place): StepFinding {
  return {
    outcome: 'fail',
    explained: `${place.host} ${text}`,
    advice: faultAdvice(code, { stage: 'tls', port: place.port }),
    code,
  };
}

/** What mends a refusal of our own, as the explainer has it; the operator hears it, the device does not. */
function ownAdvice(rule: string, code: number): string | undefined {
  const of = ownReplies.filter((one) => one.rule === rule);
  const found = of.find((one) => one.code === code) ?? of[0];
  if (!found) return undefined;
  const { todo, settings } = found;
  const where = settings.length === 0 ? '' : ` Settings: ${settings.join(', ')}.`;
  return `${todo.charAt(0).toUpperCase()}${todo.slice(1)}.${where}`;
}

function whereOf({ where, host, port }: Place): Where | undefined {
  if (where !== undefined) return where;
  if (!microsoftHost.test(host)) return undefined;
  return port === 25 ? 'mx' : 'submission';
}

// RFC 6647: a server that knows nobody yet answers 4yz and takes the mail at a later try.
function greylisting(reply: SmtpReply): StepFinding | undefined {
  if (reply.code < 400 || reply.code > 499 || !/gr[ea]y-?list|try again later/i.test(formatReply(reply))) {
    return undefined;
  }
  return {
    outcome: 'fail',
    explained: `The server puts mail off (greylisting, RFC 6647): it answers ${reply.code} to whom it does not know yet, and takes the same mail at a later try.`,
    advice:
      'Nothing is to be set here: mail waits and is tried again. Where it is your own server, exempt the address of this relay from greylisting.',
    code: 'greylisted',
  };
}

/** Whether a refusal is worth a new access token: one that was made before consent or a permission changed stays refused. */
import type { Reply } from '../../message/reply.ts';
import type { ReplyPlace } from './judge-reply.ts';
import { judgeReply } from './judge-reply.ts';

// RFC 4954 6, RFC 9110 15.5.2.
const refusals = new Set([535, 401]);

/**
 * What the catalogue knows, it decides: a login that is switched off stays off with any token, and refused logins are what
 * gets a mailbox blocked. A refusal that it does not know is asked about once.
 */
export function wantsFreshToken(reply: Reply, where: ReplyPlace['where']): boolean {
  const judgement = judgeReply(reply, { where, stage: 'login' });
  return judgement ? judgement.freshToken === true : refusals.has(reply.code);
}

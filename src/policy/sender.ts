/** Whether a source may use an envelope sender. */
import type { ReversePath } from '../protocol/address.ts';
import type { Source } from './policy.ts';
import type { Verdict } from './verdict.ts';
import { listed, notPermitted } from './verdict-text.ts';

/** Judges the reverse-path as the client gave it, before any rewrite. */
export function judgeSender(source: Source, reversePath: ReversePath): Verdict {
  if (reversePath === null) return judgeNullSender(source);
  const pattern = source.senders.match(reversePath);
  if (pattern !== undefined) {
    return {
      kind: 'accept',
      rule: 'sender-permitted',
      explanation: `${source.name} may send as ${pattern}, which holds ${reversePath.text}`,
    };
  }
  return notPermitted({
    rule: 'sender-not-permitted',
    what: 'Sender',
    address: reversePath,
    explanation:
      `${source.name} may send as ${listed(source.config.senders)}, not as ${reversePath.text}; ` +
      `to let it pass, add "${reversePath.text}" to the senders of ${source.name}`,
  });
}

/** RFC 5321 4.5.5: `<>` is the sender of notices, and is no mailbox that a pattern could hold. */
function judgeNullSender(source: Source): Verdict {
  if (source.config.nullSender) {
    return {
      kind: 'accept',
      rule: 'null-sender-permitted',
      explanation: `${source.name} may send with the null sender`,
    };
  }
  return {
    kind: 'refuse',
    code: 550,
    enhanced: '5.7.1',
    text: 'Null sender not permitted',
    rule: 'null-sender-not-permitted',
    explanation: `${source.name} may not send with the null sender <>; to let it pass, set "nullSender: true" on it`,
  };
}

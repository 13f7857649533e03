/** Failures of one message that another way may take. */
import type { Failure } from '../../message/outcome.ts';

/** It cannot go by Graph without becoming another message. */
export function unfit(reason: string): Failure {
  const text = `the message cannot go by Graph without being changed: ${reason}; name a fallback connector, or set \`rewriteHeader\``;
  return messageFault('graph-envelope', text);
}

export function messageFault(code: string, text: string): Failure {
  return {
    scope: 'message',
    permanence: 'permanent',
    stage: 'route',
    code,
    text,
    status: '5.6.0',
    otherRoute: true,
  };
}

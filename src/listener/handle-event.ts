/** From an event of the engine to the handler that answers it. */
import type { ServerEvent } from '../protocol/smtp/server/events.ts';
import { handleAuth } from './handle-auth.ts';
import { handleChunkEnd, handleContent, handleContentEnd, handleContentStart } from './handle-content.ts';
import { handleMail } from './handle-mail.ts';
import { handleRcpt } from './handle-rcpt.ts';
import { refuseFault } from './refusal.ts';
import type { SessionCore } from './session-core.ts';

/** Returns a promise when nothing more may be read until it settles; mail commands are answered at once. */
export function handleEvent(core: SessionCore, event: ServerEvent): Promise<void> | undefined {
  switch (event.kind) {
    case 'mail':
      return handleMail(core, event);
    case 'rcpt':
      handleRcpt(core, event);
      return undefined;
    case 'content-start':
      handleContentStart(core);
      return undefined;
    case 'content':
      return handleContent(core, event.bytes);
    case 'chunk-end':
      handleChunkEnd(core, event.bytes);
      return undefined;
    case 'content-end':
      return handleContentEnd(core);
    case 'auth':
      return handleAuth(core, event);
    case 'hello':
      core.dropTransaction();
      core.helo = event.domain;
      core.esmtp = event.verb === 'EHLO';
      core.engine.replyHello(`${core.options.hostname} greets ${core.client.address}`);
      return undefined;
    case 'reset':
      core.dropTransaction();
      core.engine.reply({ code: 250, enhanced: '2.0.0', text: 'OK' });
      return undefined;
    case 'answer':
      core.engine.reply({ code: event.code, enhanced: '2.0.0', text: event.text });
      return undefined;
    case 'starttls':
      core.dropTransaction();
      core.engine.reply({ code: 220, enhanced: '2.0.0', text: 'Ready to start TLS' });
      core.upgrading = true;
      return undefined;
    case 'quit':
      core.engine.reply({ code: 221, enhanced: '2.0.0', text: 'Bye' });
      core.end('quit');
      return undefined;
    case 'fault':
      refuseFault(core, event.verb, event.fault);
      return undefined;
    case 'cut-off': {
      const { options, client } = core;
      options.events.emit({
        kind: 'session-refused',
        address: client.address,
        listener: options.config.name,
        rule: event.rule,
        text: event.explanation,
      });
      core.cutOff(event.rule);
      return undefined;
    }
    default:
      return event satisfies never;
  }
}

/** MAIL and RCPT of a conversation, then RSET so that nothing is sent, or DATA with the test message. */
import type { Envelope } from '../../message/envelope.ts';
import type { Capabilities } from '../../protocol/smtp/client/capabilities.ts';
import { commandLine } from '../../protocol/smtp/client/command.ts';
import { planTransaction } from '../../protocol/smtp/client/plan.ts';
import { refusal, wireFinding } from './explain-step.ts';
import type { Walk } from './walk.ts';

/** Octets announced by SIZE where nothing is sent. */
const probeBytes = 1000;

export async function transact(walk: Walk): Promise<void> {
  const { content, recipient, sender } = walk.options;
  const plan = planOf(walk);
  if (plan.kind !== 'send') {
    walk.fail('mail', {
      outcome: 'fail',
      explained: plan.kind === 'fail' ? plan.fault.text : 'The server takes 7-bit content only.',
      ...(plan.kind === 'fail' && { code: plan.fault.code }),
    });
    return;
  }
  const who = sender === null || sender === undefined ? 'the null sender' : sender.text;
  await walk.step('mail', 'mail', plan.mail, `${who} may send here.`);
  if (recipient) await rcpt(walk, plan.recipients);
  if (!content || !recipient) {
    await walk.step('rset', 'operator', commandLine('RSET'), 'Taken back: nothing was sent.');
    return;
  }
  await walk.step('data', 'data', commandLine('DATA'), 'The server takes the content.');
  await send(walk, content);
}

async function rcpt(
  walk: Walk,
  planned: Extract<ReturnType<typeof planOf>, { kind: 'send' }>['recipients'],
): Promise<void> {
  const [first] = planned;
  if (first?.kind === 'rcpt') {
    await walk.step('rcpt', 'rcpt', first.line, `Mail to ${walk.options.recipient?.text ?? ''} is taken.`);
  }
}

async function send(walk: Walk, content: Buffer): Promise<void> {
  const { place, recorder } = walk.options;
  recorder.sent(`[${content.length} octets of test message]`);
  walk.wire.send(content);
  recorder.sent('.');
  walk.wire.send('.\r\n');
  walk.wire.flush();
  const answer = await walk.dialogue.next(walk.options.settings.timeouts.content);
  if (answer.kind === 'fault') return walk.fail('content', wireFinding('content', answer.fault, place));
  if (answer.reply.code < 200 || answer.reply.code > 299) {
    return walk.fail('content', refusal('content', answer.reply, place));
  }
  recorder.add('content', {
    explained: 'The server has taken the test message, and is responsible for it now.',
  });
  return undefined;
}

function planOf({ options, capabilities, tls }: Walk) {
  const { sender = null, recipient, content } = options;
  const envelope: Envelope = {
    reversePath: sender,
    recipients: recipient ? [{ address: recipient }] : sender ? [{ address: sender }] : [],
    body: '7bit',
    smtpUtf8: false,
    requireTls: false,
  };
  // DATA, because that is what a person at a terminal would see.
  const asTyped: Capabilities = { ...capabilities, chunking: false };
  const bytes = content?.length ?? probeBytes;
  return planTransaction({
    capabilities: asTyped,
    envelope,
    content: { bytes, eightBit: false, utf8Header: false, binary: false },
    tlsVerified: tls?.verified ?? false,
  });
}

/** DATA and BDAT: octets go to Acceptance as they come; the last reply is made from its Receipt or Refusal. */
import type { Transaction } from '../accept/acceptance.ts';
import type { ClientRecord } from '../message/message.ts';
import type { Envelope } from '../message/envelope.ts';
import { tooLarge } from '../policy/size.ts';
import { protocolName } from './protocol-name.ts';
import { refuse, refuseAndEnd, type RefusalDetails } from './refusal.ts';
import {
  type ContentTransaction,
  type EnvelopeTransaction,
  noTransaction,
  type SessionCore,
} from './session-core.ts';

export function handleContentStart(core: SessionCore): void {
  const { transaction } = core;
  if (transaction.kind !== 'envelope') {
    throw new Error(`the engine gave content while the transaction was ${transaction.kind}`);
  }
  core.transaction = {
    kind: 'content',
    envelope: transaction,
    startedAt: transaction.startedAt,
    intake: core.options.acceptance.begin(acceptanceOf(core, transaction)),
    bytes: 0,
    refusal: undefined,
  };
  core.engine.proceed();
}

/** Returns a promise when the socket must not be read until it resolves. */
export function handleContent(core: SessionCore, bytes: Buffer): Promise<void> | undefined {
  const content = contentOf(core);
  content.bytes += bytes.length;
  if (content.refusal === undefined) {
    if (content.bytes <= content.envelope.messageBytesMax) {
      return content.intake.write(bytes) ? undefined : content.intake.drained();
    }
    content.refusal = tooLarge(content.envelope.messageBytesMax);
    content.intake.abort();
  }
  // RFC 5321 4.5.3.1.9 wants the reply after the end; but whoever goes on to twice the limit does not read replies.
  if (content.bytes > 2 * core.options.config.limits.messageBytes) {
    refuseAndEnd(core, content.refusal, detailsOf(content));
  }
  return undefined;
}

export function handleChunkEnd(core: SessionCore, bytes: number): void {
  const content = contentOf(core);
  if (content.refusal === undefined) {
    core.engine.reply({ code: 250, enhanced: '2.0.0', text: `${bytes} octets received` });
    return;
  }
  core.transaction = noTransaction;
  refuse(core, content.refusal, detailsOf(content));
}

export async function handleContentEnd(core: SessionCore): Promise<void> {
  const content = contentOf(core);
  if (content.refusal !== undefined) {
    core.transaction = noTransaction;
    refuse(core, content.refusal, detailsOf(content));
    return;
  }
  core.transaction = { kind: 'finishing', startedAt: content.startedAt };
  const result = await content.intake.finish();
  core.transaction = noTransaction;
  if (result.kind !== 'receipt') {
    refuse(core, result, detailsOf(content));
    return;
  }
  core.messages += 1;
  // Errors are counted to stop clients that do nothing else.
  core.errors = 0;
  core.engine.reply({ code: 250, enhanced: '2.0.0', text: `OK, queued as ${result.id}` });
}

function contentOf(core: SessionCore): ContentTransaction {
  const { transaction } = core;
  if (transaction.kind !== 'content') {
    throw new Error(`the engine gave content while the transaction was ${transaction.kind}`);
  }
  return transaction;
}

function detailsOf({ envelope }: ContentTransaction): RefusalDetails {
  const [first] = envelope.recipients;
  return {
    stage: 'content',
    source: envelope.source.name,
    sender: envelope.reversePath,
    ...(first && { recipient: first.address.text }),
    // The reference of a message that was not accepted is the one its log lines already bear.
    ref: envelope.id,
  };
}

function acceptanceOf(core: SessionCore, transaction: EnvelopeTransaction): Transaction {
  const { config } = core.options;
  const { parameters } = transaction;
  return {
    id: transaction.id,
    source: transaction.source,
    client: clientRecord(core),
    envelope: envelopeOf(transaction),
    protocol: protocolName({
      esmtp: core.esmtp,
      tls: core.client.tls !== undefined,
      login: core.login !== undefined,
      smtpUtf8: parameters.smtpUtf8,
    }),
    trace: transaction.trace,
    messageBytesMax: transaction.messageBytesMax,
    ...(transaction.receivedSpf !== undefined && { receivedSpf: transaction.receivedSpf }),
    headerBytesMax: config.limits.headerBytes,
    ...(transaction.hold === undefined ? {} : { hold: transaction.hold }),
  };
}

function envelopeOf({ reversePath, recipients, parameters }: EnvelopeTransaction): Envelope {
  return {
    reversePath,
    recipients,
    body: parameters.body,
    smtpUtf8: parameters.smtpUtf8,
    requireTls: parameters.requireTls,
    ...(parameters.ret === undefined ? {} : { ret: parameters.ret }),
    ...(parameters.envid === undefined ? {} : { envid: parameters.envid }),
  };
}

function clientRecord(core: SessionCore): ClientRecord {
  const { address, tls, certificate } = core.client;
  return {
    address,
    helo: core.helo,
    listener: core.options.config.name,
    ...(tls === undefined ? {} : { tls }),
    ...(core.login === undefined ? {} : { login: core.login.username }),
    ...(certificate === undefined ? {} : { certificate: `sha256:${certificate.fingerprint}` }),
  };
}

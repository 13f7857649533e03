/**
 * Sends alerts as mail by a connector object of its own: past the queue, the store and delivery, which may be what is
 * broken. A connector that the alert is about is never used; the others are tried in turn.
 */
import type { MailChannelConfig } from '../../config/alerts-schema.ts';
import type { Connector } from '../../connector/connector.ts';
import type { QueueId } from '../../message/message.ts';
import type { DeliveryOutcome } from '../../message/outcome.ts';
import { formatReply } from '../../message/reply.ts';
import { mailbox } from '../../protocol/address.ts';
import type { Channel, Notice, Sent } from './channel.ts';
import { alertMail } from './mail-text.ts';

const attemptMs = 60_000;

export interface MailWays {
  /** Names of the connectors of the policy, those without trouble first. */
  readonly names: () => readonly string[];
  /** A connector of its own for this one message; `undefined`: there is none of this name. */
  readonly open: (name: string) => Connector | undefined;
}

export function createMailChannel(config: MailChannelConfig, ways: MailWays, newId: () => string): Channel {
  const wanted = config.connectors;
  return {
    name: config.name,
    type: 'mail',
    target: `${config.to.join(', ')} by ${wanted ? wanted.join(', ') : 'any connector'}`,
    async send(notice) {
      const usable = ways
        .names()
        .filter((name) => name !== notice.connector && (!wanted || wanted.includes(name)));
      const ordered = wanted ? wanted.filter((name) => usable.includes(name)) : usable;
      const failures: string[] = [];
      for (const name of ordered) {
        const sent = await byConnector(name, { config, ways, notice, id: newId() });
        if (sent.ok) return sent;
        failures.push(`${name}: ${sent.detail}`);
      }
      if (failures.length > 0) return { ok: false, detail: failures.join('; ') };
      const why =
        notice.connector === undefined ? 'the policy has none' : `the alert is about ${notice.connector}`;
      return { ok: false, detail: `no connector to send it by: ${why}` };
    },
  };
}

interface Attempt {
  readonly config: MailChannelConfig;
  readonly ways: MailWays;
  readonly notice: Notice;
  readonly id: string;
}

async function byConnector(name: string, { config, ways, notice, id }: Attempt): Promise<Sent> {
  let connector: Connector | undefined;
  try {
    connector = ways.open(name);
    if (!connector) return { ok: false, detail: 'no such connector' };
    const content = Buffer.from(alertMail(notice, { from: config.from, to: config.to, id }), 'utf8');
    const outcome = await connector.attempt(
      {
        id: id as QueueId,
        envelope: {
          reversePath: mailbox(config.from),
          recipients: config.to.map((text) => ({ address: mailbox(text) })),
          body: '7bit',
          smtpUtf8: false,
          requireTls: false,
        },
        facts: {
          bytes: content.length,
          headerBytes: content.indexOf('\r\n\r\n'),
          eightBit: false,
          utf8Header: false,
          binary: false,
        },
        inMemory: [content],
        // eslint-disable-next-line typescript/require-await
        async *open() {
          yield content;
        },
      },
      AbortSignal.timeout(attemptMs),
    );
    return sentOf(outcome);
  } catch (error) {
    return { ok: false, detail: (error as Error).message };
  } finally {
    await connector?.[Symbol.asyncDispose]();
  }
}

/** One recipient who was reached is enough: somebody knows. */
function sentOf({ connector, host, recipients }: DeliveryOutcome): Sent {
  const relayed = recipients.find((outcome) => outcome.kind === 'relayed');
  if (relayed) return { ok: true, detail: `${connector} to ${host}: ${formatReply(relayed.reply)}` };
  const failed = recipients.find((outcome) => outcome.kind === 'failed' || outcome.kind === 'in-doubt');
  return { ok: false, detail: failed ? failed.failure.text : 'it was not tried in time' };
}

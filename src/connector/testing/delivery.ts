/** Deliveries, configurations and environments for tests of connectors. */
import { systemClock } from '../../platform/clock.ts';
import { createDns } from '../../platform/dns.ts';
import { seededRandom } from '../../platform/random.ts';
import { policySchema } from '../../config/policy-schema.ts';
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { Envelope } from '../../message/envelope.ts';
import type { ContentFacts, QueueId } from '../../message/message.ts';
import { mailbox } from '../../protocol/address.ts';
import type { Delivery } from '../connector.ts';
import type { ConnectorEnvironment } from '../environment.ts';

export const plainContent = Buffer.from(
  'From: a@example.com\r\nTo: b@example.net\r\nSubject: Test\r\n\r\nFirst line\r\n.begins with a dot\r\nlast\r\n',
);

export interface DeliveryOptions {
  readonly content?: Buffer;
  readonly to?: readonly string[];
  readonly from?: string | null;
  readonly envelope?: Partial<Envelope>;
  readonly facts?: Partial<ContentFacts>;
  /** Chunks that `open` yields; the content is then not in memory. */
  readonly chunks?: () => AsyncIterable<Uint8Array>;
}

let number = 0;

export function testDelivery(options: DeliveryOptions = {}): Delivery {
  const { content = plainContent, to = ['b@example.net'], from = 'a@example.com', chunks } = options;
  number += 1;
  return {
    id: `TEST${number}` as QueueId,
    envelope: {
      reversePath: from === null ? null : mailbox(from),
      recipients: to.map((text) => ({ address: mailbox(text) })),
      body: '7bit',
      smtpUtf8: false,
      requireTls: false,
      ...options.envelope,
    },
    facts: {
      bytes: content.length,
      headerBytes: Math.max(0, content.indexOf('\r\n\r\n')),
      eightBit: content.some((octet) => octet > 127),
      utf8Header: false,
      binary: false,
      ...options.facts,
    },
    ...(!chunks && { inMemory: [content] }),
    open: chunks ?? (() => inPieces(content, 16 * 1024)),
  };
}

// eslint-disable-next-line typescript/require-await
export async function* inPieces(content: Buffer, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

/** A connector as the schema makes it from what an administrator writes. */
export function testConfig(document: Record<string, unknown>): ConnectorConfig {
  const policy = policySchema.parse({ connectors: [{ name: 'out', ...document }] });
  return policy.connectors[0] as ConnectorConfig;
}

export function testEnvironment(overrides: Partial<ConnectorEnvironment> = {}): ConnectorEnvironment {
  return {
    clock: systemClock,
    random: seededRandom(1),
    dns: createDns({ timeoutMs: 500, tries: 1 }),
    hostname: 'relay.example.com',
    secrets: {},
    ...overrides,
  };
}

export const never = new AbortController().signal;

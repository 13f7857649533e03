/** Makes the channels that the configuration names; secrets and files are read when they are used, so that a new one counts. */
import { readFile } from 'node:fs/promises';
import type { Channel } from '../../alerts/channels/channel.ts';
import { sendHttp } from '../../alerts/channels/http-post.ts';
import type { MailWays } from '../../alerts/channels/mail.ts';
import { createMailChannel } from '../../alerts/channels/mail.ts';
import { createSyslogChannel } from '../../alerts/channels/syslog.ts';
import { createWebhook } from '../../alerts/channels/webhook.ts';
import type { WatchOptions } from '../../alerts/watch.ts';
import type { ChannelConfig, HeartbeatConfig } from '../../config/alerts-schema.ts';
import type { Secret } from '../../config/node-schema.ts';
import { readSecret } from '../../config/secrets.ts';
import type { Clock } from '../../platform/clock.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { Dns } from '../../platform/dns.ts';

export interface ChannelParts {
  readonly clock: Clock;
  readonly dns: Dns;
  readonly hostname: string;
  readonly ways: MailWays;
  readonly newId: () => string;
}

export function openChannels(
  configs: readonly ChannelConfig[],
  parts: ChannelParts,
): Promise<readonly Channel[]> {
  return Promise.all(configs.map((config) => openChannel(config, parts)));
}

async function openChannel(config: ChannelConfig, parts: ChannelParts): Promise<Channel> {
  switch (config.type) {
    case 'webhook':
      return createWebhook(
        config,
        async () => {
          const [url, token, ca] = await Promise.all([
            read(config.url),
            config.token === undefined ? undefined : read(config.token),
            readCa(config.ca),
          ]);
          return { url, ...(token === undefined ? {} : { token }), ...(ca === undefined ? {} : { ca }) };
        },
        { dns: parts.dns, target: await hostOf(config.url) },
      );
    case 'mail':
      return createMailChannel(config, parts.ways, parts.newId);
    case 'syslog':
      return createSyslogChannel(config, () => readCa(config.ca), parts.clock);
    default:
      return config satisfies never;
  }
}

export async function openHeartbeat(
  config: HeartbeatConfig,
  { clock, dns, hostname }: ChannelParts,
): Promise<NonNullable<WatchOptions['heartbeat']>> {
  return {
    config,
    target: await hostOf(config.url),
    async send({ test }) {
      try {
        const [url, ca] = await Promise.all([read(config.url), readCa(config.ca)]);
        const body = {
          product: 'relay365',
          hostname,
          at: formatInstant(clock.now()),
          ...(test ? { test } : {}),
        };
        return await sendHttp(
          { url, reach: config.reach, ...(ca === undefined ? {} : { ca }) },
          config.method === 'GET'
            ? { method: 'GET', headers: {} }
            : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
          dns,
        );
      } catch (error) {
        return { ok: false, detail: (error as Error).message };
      }
    },
  };
}

/** Paths are absolute already. */
function read(secret: Secret): Promise<string> {
  return readSecret(secret, '/');
}

async function readCa(file: string | undefined): Promise<string | undefined> {
  return file === undefined ? undefined : readFile(file, 'utf8');
}

/** Scheme and host: the path of a webhook is a secret. */
async function hostOf(url: Secret): Promise<string> {
  try {
    const { origin } = new URL(await read(url));
    return origin;
  } catch (error) {
    return `unknown: ${(error as NodeJS.ErrnoException).code === 'ERR_INVALID_URL' ? 'it is no URL' : (error as Error).message}`;
  }
}

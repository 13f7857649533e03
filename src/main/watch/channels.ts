/** Makes the channels that the configuration names; secrets and files are read when they are used, so that a new one counts. */
import { readFile } from 'node:fs/promises';
import type { Channel } from '../../alerts/channels/channel.ts';
import type { HttpTarget } from '../../alerts/channels/http-post.ts';
import { sendHttp } from '../../alerts/channels/http-post.ts';
import type { MailWays } from '../../alerts/channels/mail.ts';
import { createMailChannel } from '../../alerts/channels/mail.ts';
import { createSyslogChannel } from '../../alerts/channels/syslog.ts';
import { createWebhook } from '../../alerts/channels/webhook.ts';
import type { WatchOptions } from '../../alerts/watch.ts';
import type { ChannelConfig, HeartbeatConfig, WebhookConfig } from '../../config/alerts-schema.ts';
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

type Proxied = Pick<WebhookConfig | HeartbeatConfig, 'url' | 'ca' | 'proxy' | 'proxyLogin'>;

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
          const [target, token] = await Promise.all([
            readTarget(config),
            config.token === undefined ? undefined : read(config.token),
          ]);
          return { ...target, ...(token === undefined ? {} : { token }) };
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
        const target = await readTarget(config);
        const body = {
          product: 'relay365',
          hostname,
          at: formatInstant(clock.now()),
          ...(test ? { test } : {}),
        };
        return await sendHttp(
          { ...target, reach: config.reach },
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

/** What a request needs, with its secrets and files as they are now. */
async function readTarget({ url, ca, proxy, proxyLogin }: Proxied): Promise<Omit<HttpTarget, 'reach'>> {
  const [target, roots, password] = await Promise.all([
    read(url),
    readCa(ca),
    proxyLogin === undefined ? undefined : read(proxyLogin.password),
  ]);
  const login = proxyLogin && password !== undefined ? { username: proxyLogin.username, password } : {};
  return {
    url: target,
    ...(roots === undefined ? {} : { ca: roots }),
    ...(proxy === undefined ? {} : { proxy: { url: proxy, ...login } }),
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

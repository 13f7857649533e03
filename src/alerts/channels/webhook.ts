/** Posts alerts to a URL. */
import type { WebhookConfig } from '../../config/alerts-schema.ts';
import type { Dns } from '../../platform/dns.ts';
import type { Channel } from './channel.ts';
import type { HttpTarget } from './http-post.ts';
import { sendHttp } from './http-post.ts';
import { webhookBody } from './webhook-formats.ts';

/** Secrets and files, read. */
export interface WebhookSecrets {
  readonly url: string;
  readonly token?: string;
  readonly ca?: string;
  readonly proxy?: NonNullable<HttpTarget['proxy']>;
}

export function createWebhook(
  config: WebhookConfig,
  read: () => Promise<WebhookSecrets>,
  { dns, target }: { readonly dns: Dns; readonly target: string },
): Channel {
  return {
    name: config.name,
    type: 'webhook',
    target,
    async send(notice) {
      let secrets: WebhookSecrets;
      try {
        secrets = await read();
      } catch (error) {
        return { ok: false, detail: (error as Error).message };
      }
      const { url, token, ca, proxy } = secrets;
      return sendHttp(
        {
          url,
          reach: config.reach,
          ...(ca === undefined ? {} : { ca }),
          ...(proxy === undefined ? {} : { proxy }),
        },
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json; charset=utf-8',
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          },
          body: webhookBody(config.format, notice),
        },
        dns,
      );
    },
  };
}

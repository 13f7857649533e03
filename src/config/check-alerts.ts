/** What the alerts of relay365.yaml must not be: names that nobody has, URLs that are never asked. */
import { urlFault } from '../platform/egress.ts';
import type { WebhookConfig } from './alerts-schema.ts';
import { ruleIds } from './alert-rules.ts';
import type { Report } from './check-node.ts';
import type { NodeConfig } from './node-schema.ts';

export function checkAlerts({ alerts }: NodeConfig, report: Report): void {
  const names = new Set(['heartbeat']);
  for (const [index, channel] of alerts.channels.entries()) {
    const path = ['alerts', 'channels', index];
    if (names.has(channel.name)) {
      report(
        'error',
        [...path, 'name'],
        `the name "${channel.name}" is taken`,
        'give each channel its own name; "heartbeat" is that of the heartbeat',
      );
    }
    names.add(channel.name);
    for (const [at, rule] of (channel.rules ?? []).entries()) {
      if ((ruleIds as readonly string[]).includes(rule)) continue;
      report(
        'error',
        [...path, 'rules', at],
        `there is no rule "${rule}"`,
        `there are ${ruleIds.join(', ')}`,
      );
    }
    if (channel.type === 'webhook') checkProxy(channel, path, report);
    if (channel.type !== 'webhook' || typeof channel.url !== 'string') continue;
    const fault = urlFault(channel.url, channel.reach);
    if (fault !== undefined)
      report('error', [...path, 'url'], fault, 'expected a URL such as https://hooks.contoso.com/…');
  }
  const { heartbeat } = alerts;
  if (heartbeat) checkProxy(heartbeat, ['alerts', 'heartbeat'], report);
  if (!heartbeat || typeof heartbeat.url !== 'string') return;
  const fault = urlFault(heartbeat.url, heartbeat.reach);
  if (fault !== undefined)
    report(
      'error',
      ['alerts', 'heartbeat', 'url'],
      fault,
      'expected a URL such as https://ping.contoso.com/…',
    );
}

function checkProxy(
  { proxy, proxyLogin }: Pick<WebhookConfig, 'proxy' | 'proxyLogin'>,
  path: readonly (string | number)[],
  report: Report,
): void {
  if (!proxyLogin || proxy !== undefined) return;
  report(
    'error',
    [...path, 'proxyLogin'],
    'there is a login for a proxy, and no proxy',
    'add "proxy: http://proxy.contoso.com:3128", or remove "proxyLogin"',
  );
}

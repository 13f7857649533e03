/** What outputs of log and traces must not be: two on one place, or in clear across a network. */
import { relative } from 'node:path';
import type { WebhookConfig } from './alerts-schema.ts';
import type { Report } from './check-node.ts';
import type { DocumentFinding } from './finding.ts';
import { isLoopback } from './network-range.ts';
import type { NodeConfig, Secret } from './node-schema.ts';
import { checkAuthorities, checkPair } from './pem.ts';
import { checkSecret } from './secrets.ts';
import type { Instant } from '../platform/clock.ts';

export function checkLog({ log, w3cLog, tracing }: NodeConfig, report: Report): void {
  const seen = new Map<string, number>();
  for (const [index, output] of log.entries()) {
    const place = placeOf(output);
    const first = seen.get(place);
    if (first === undefined) seen.set(place, index);
    else
      report(
        'error',
        ['log', index, output.to === 'file' ? 'path' : 'to'],
        `log[${first}] writes to the same place, so each line would be there twice`,
        'leave one of them out, or give it another place',
      );
    if (output.to === 'file' && w3cLog !== undefined && isIn(output.path, w3cLog.directory))
      report(
        'warning',
        ['log', index, 'path'],
        `the file is in the directory of w3cLog, ${w3cLog.directory}, which holds files of another form`,
        'give each a directory of its own',
      );
    if (output.to !== 'syslog') continue;
    if (output.transport !== 'tls' && !isHere(output.host))
      report(
        'warning',
        ['log', index, 'transport'],
        `addresses of senders and recipients cross the network to ${output.host} in clear`,
        'set "transport: tls" where the collector takes it (RFC 5425)',
      );
    if ((output.certificate === undefined) !== (output.key === undefined))
      report(
        'error',
        ['log', index, output.certificate === undefined ? 'key' : 'certificate'],
        'a certificate and its key are named together or not at all',
        'name both "certificate" and "key"',
      );
  }
  const endpoint = tracing && new URL(tracing.endpoint);
  if (endpoint?.protocol === 'http:' && !isHere(endpoint.hostname))
    report(
      'warning',
      ['tracing', 'endpoint'],
      `traces and the headers of the collector cross the network to ${endpoint.hostname} in clear`,
      'write an https URL',
    );
}

/** Files that outputs of log, traces and alerts name. Paths must be absolute. */
export async function checkLogFiles(
  { log, tracing, alerts }: NodeConfig,
  now: Instant,
): Promise<readonly DocumentFinding[]> {
  const found = await Promise.all([
    ...log.flatMap((output, index) => {
      if (output.to !== 'syslog') return [];
      const { ca, certificate, key } = output;
      const path = ['log', index];
      return [
        ...(ca === undefined ? [] : [checkAuthorities(ca, [...path, 'ca'], now)]),
        ...(certificate === undefined || key === undefined
          ? []
          : [
              checkPair(
                {
                  certificate: { file: certificate, path: [...path, 'certificate'] },
                  key: { file: key, path: [...path, 'key'] },
                },
                now,
              ),
            ]),
      ];
    }),
    ...(tracing?.ca === undefined ? [] : [checkAuthorities(tracing.ca, ['tracing', 'ca'], now)]),
    ...alerts.channels.flatMap((channel, index) =>
      channel.type === 'mail' || channel.ca === undefined
        ? []
        : [checkAuthorities(channel.ca, ['alerts', 'channels', index, 'ca'], now)],
    ),
    ...alerts.channels.flatMap((channel, index) =>
      channel.type === 'webhook' ? secretsOf(channel, ['alerts', 'channels', index]) : [],
    ),
    ...(alerts.heartbeat ? secretsOf(alerts.heartbeat, ['alerts', 'heartbeat']) : []),
  ]);
  return found.flat();
}

/** A variable or file that is missing would be noticed when something is the matter, and nobody hears of it. */
function secretsOf(
  target: Pick<WebhookConfig, 'url' | 'proxyLogin'> & Partial<Pick<WebhookConfig, 'token'>>,
  path: readonly (string | number)[],
): Promise<readonly DocumentFinding[]>[] {
  const { url, token, proxyLogin } = target;
  const check = (secret: Secret, ...names: string[]) =>
    checkSecret(secret, { path: [...path, ...names], baseDirectory: '/', readableByAll: false });
  return [
    check(url, 'url'),
    ...(token === undefined ? [] : [check(token, 'token')]),
    ...(proxyLogin === undefined ? [] : [check(proxyLogin.password, 'proxyLogin', 'password')]),
  ];
}

function placeOf(output: NodeConfig['log'][number]): string {
  switch (output.to) {
    case 'stdout':
      return 'stdout';
    case 'file':
      return `file ${output.path}`;
    case 'syslog':
      return `syslog ${output.transport} ${output.host.toLowerCase()} ${output.port ?? ''}`;
    default:
      return output satisfies never;
  }
}

function isIn(file: string, directory: string): boolean {
  const way = relative(directory, file);
  return way !== '' && !way.startsWith('..') && !way.includes('/');
}

function isHere(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || isLoopback(name);
}

/** What the console's part of relay365.yaml must not be, and what is dangerous in it. */
import type { Report } from './check-node.ts';
import type { ConsoleConfig } from './console-schema.ts';
import { isLoopback, parseRange } from './network-range.ts';
import type { NodeConfig } from './node-schema.ts';

export function checkConsole(node: NodeConfig, report: Report): void {
  if (!node.console) return;
  checkReach(node.console, report);
  checkUrl(node.console, report);
  checkProxies(node.console, report);
  checkProvider(node.console, report);
}

function checkReach({ address, tls, insecure }: ConsoleConfig, report: Report): void {
  if (tls !== false || isLoopback(address)) return;
  if (insecure) {
    report(
      'danger',
      ['console', 'insecure'],
      `the console speaks plain HTTP on ${address}: passwords, tokens and mail cross the network in clear`,
      'set "tls: true", and take "insecure" away',
    );
    return;
  }
  report(
    'error',
    ['console', 'address'],
    `the console speaks plain HTTP, and ${address} can be reached from other machines: passwords, tokens and mail would cross the network in clear`,
    'set "tls: true" or name a certificate, use a loopback address such as 127.0.0.1, or say "insecure: true"',
  );
}

function checkUrl({ url }: ConsoleConfig, report: Report): void {
  if (url === undefined || new URL(url).pathname === '/') return;
  report(
    'error',
    ['console', 'url'],
    `${url} has a path, and the console is at the root`,
    'write scheme and host only',
  );
}

function checkProxies({ trustedProxies, url }: ConsoleConfig, report: Report): void {
  if (!trustedProxies) {
    if (url === undefined) return;
    report(
      'warning',
      ['console', 'url'],
      'who comes through the proxy counts as the proxy: one who guesses passwords locks all out, and the audit log names its address',
      'name the proxy in "trustedProxies"',
    );
    return;
  }
  for (const [index, text] of trustedProxies.networks.entries()) {
    const path = ['console', 'trustedProxies', 'networks', index];
    const range = parseRange(text);
    if (!range.ok) report('error', path, range.reason, '');
    else if (range.value.bits === 0) {
      report(
        'danger',
        path,
        'any client of the console may claim any address, so lock-outs stop nobody and the audit log can be lied to',
        'name the addresses of the reverse proxies',
      );
    }
  }
}

function checkProvider({ oidc }: ConsoleConfig, report: Report): void {
  if (!oidc) return;
  const { protocol, hostname } = new URL(oidc.issuer);
  const bare = hostname.replaceAll(/^\[|\]$/g, '');
  if (protocol !== 'https:' && hostname !== 'localhost' && !isLoopback(bare)) {
    report(
      'error',
      ['console', 'oidc', 'issuer'],
      'an identity provider without TLS can be put on by whoever is on the way',
      'write https://',
    );
  }
  if (Object.values(oidc.roles).every((values) => values === undefined || values.length === 0)) {
    report(
      'error',
      ['console', 'oidc', 'roles'],
      'no value of the claim gives a role, so nobody could sign in',
      'write a role, such as administrator: [relay365.administrator]',
    );
  }
}

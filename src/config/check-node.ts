/** What a schema cannot say about relay365.yaml: keys that must fit together, and settings that are dangerous. */
import { checkAlerts } from './check-alerts.ts';
import { checkConsole } from './check-console.ts';
import { checkLog } from './check-log.ts';
import type { DocumentFinding, DocumentPath, Severity } from './finding.ts';
import { parseAddress, parseRange } from './network-range.ts';
import type { ListenerConfig, NodeConfig } from './node-schema.ts';
import { countOf } from '../platform/words.ts';

export type Report = (severity: Severity, path: DocumentPath, message: string, expected: string) => void;

export function checkNode(node: NodeConfig): readonly DocumentFinding[] {
  const findings: DocumentFinding[] = [];
  const report: Report = (severity, path, message, expected) => {
    findings.push({ severity, path, message, expected });
  };
  checkHostname(node, report);
  checkListenerNames(node.listeners, report);
  checkPorts(node, report);
  for (const [index, listener] of node.listeners.entries())
    checkListener(listener, ['listeners', index], report);
  checkIdentity(node, report);
  checkConsole(node, report);
  checkAlerts(node, report);
  checkLog(node, report);
  checkStore(node, report);
  checkReview(node, report);
  return findings;
}

function checkHostname({ hostname }: NodeConfig, report: Report): void {
  if (parseAddress(hostname).ok || /^[\d.]+$/.test(hostname)) {
    report(
      'error',
      ['hostname'],
      `"${hostname}" is an address, and a banner bears a name`,
      'write a name such as relay.contoso.com',
    );
  } else if (!hostname.includes('.')) {
    // RFC 5321 2.3.5 asks for a fully-qualified name; next hops often refuse another in EHLO.
    report(
      'warning',
      ['hostname'],
      `"${hostname}" has no domain, and some next hops refuse such an EHLO`,
      'write a full name such as relay.contoso.com',
    );
  } else if (/(?:^|\.)(?:localhost|localdomain|example|invalid|test)$/i.test(hostname)) {
    report(
      'warning',
      ['hostname'],
      `"${hostname}" is a name that no other host can look up`,
      'write the name of this host in DNS',
    );
  }
}

function checkListenerNames(listeners: readonly ListenerConfig[], report: Report): void {
  const seen = new Map<string, number>();
  for (const [index, { name }] of listeners.entries()) {
    const first = seen.get(name.toLowerCase());
    if (first === undefined) seen.set(name.toLowerCase(), index);
    else
      report(
        'error',
        ['listeners', index, 'name'],
        `the name "${name}" is used twice, first by listeners[${first}]`,
        'give each listener its own name',
      );
  }
}

interface Endpoint {
  readonly who: string;
  readonly path: DocumentPath;
  readonly address: string;
  readonly port: number;
}

function checkPorts(node: NodeConfig, report: Report): void {
  const endpoints: Endpoint[] = node.listeners.map(({ address, port }, index) => ({
    who: `listeners[${index}]`,
    path: ['listeners', index, 'port'],
    address,
    port,
  }));
  if (node.console) endpoints.push({ who: 'console', path: ['console', 'port'], ...node.console });
  for (const [index, endpoint] of endpoints.entries()) {
    const other = endpoints.slice(0, index).find((earlier) => collide(earlier, endpoint));
    if (!other) continue;
    report(
      'error',
      endpoint.path,
      `port ${endpoint.port} of ${endpoint.address} is taken by ${other.who}`,
      'choose another port or address',
    );
  }
}

/** Port 0 never collides; an address of all collides with each one of its family. */
function collide(a: Endpoint, b: Endpoint): boolean {
  if (a.port !== b.port || a.port === 0) return false;
  const [left, right] = [canonical(a.address), canonical(b.address)];
  if (left === right) return true;
  const sameFamily = left.includes(':') === right.includes(':');
  // Node.js opens `::` for IPv4 as well.
  if (left === '6 0:' || right === '6 0:') return true;
  return sameFamily && (left === '4 0' || right === '4 0');
}

function canonical(address: string): string {
  const parsed = parseAddress(address);
  if (!parsed.ok) return address;
  const { family, value } = parsed.value;
  return family === 4 ? `4 ${value}` : `6 ${value}:`;
}

function checkListener(listener: ListenerConfig, path: DocumentPath, report: Report): void {
  const { name, tls, minimumTls, authWithoutTls, limits } = listener;
  if (tls !== 'off' && (minimumTls === '1.0' || minimumTls === '1.1')) {
    report(
      'danger',
      [...path, 'minimumTls'],
      `listener ${name}: TLS ${minimumTls} is broken, and whoever is on the way may read mail and passwords`,
      'set "minimumTls: "1.2"" as soon as the old devices are gone',
    );
  }
  if (authWithoutTls) {
    report(
      'danger',
      [...path, 'authWithoutTls'],
      tls === 'off'
        ? `listener ${name}: passwords cross the network in clear, always, because TLS is off`
        : `listener ${name}: passwords may cross the network in clear`,
      'set it to false, and let devices use TLS',
    );
  }
  for (const [index, range] of listener.proxyProtocol.entries()) {
    checkProxyRange(name, range, [...path, 'proxyProtocol', index], report);
  }
  if (limits.connectionsPerAddress > limits.connections) {
    report(
      'warning',
      [...path, 'limits', 'connectionsPerAddress'],
      `listener ${name}: one address may open ${countOf(limits.connectionsPerAddress, 'connection')}, but all together only ${limits.connections}`,
      'lower it, or raise "connections"',
    );
  }
}

function checkProxyRange(name: string, text: string, path: DocumentPath, report: Report): void {
  const range = parseRange(text);
  if (!range.ok) report('error', path, range.reason, '');
  else if (range.value.bits === 0) {
    report(
      'danger',
      path,
      `listener ${name}: any client may claim any address by a PROXY header`,
      'name the addresses of the load balancers',
    );
  }
}

function checkIdentity({ tls, listeners }: NodeConfig, report: Report): void {
  if (!tls) return;
  const certificates = tls.certificate === undefined ? 0 : [tls.certificate].flat().length;
  const keys = tls.key === undefined ? 0 : [tls.key].flat().length;
  if (certificates !== keys) {
    report(
      'error',
      ['tls', certificates > 0 ? 'certificate' : 'key'],
      `${certificates} certificate files and ${keys} key files`,
      'name one key for each certificate, in the same order',
    );
  }
  if (tls.clientCa !== undefined && listeners.every((listener) => listener.tls === 'off')) {
    report(
      'warning',
      ['tls', 'clientCa'],
      'no client can show a certificate, because TLS is off on every listener',
      'add a listener with "tls: starttls"',
    );
  }
}

function checkStore({ store }: NodeConfig, report: Report): void {
  if (store === 'memory') {
    report(
      'danger',
      ['store'],
      'mail is kept in memory only and is lost when the relay stops',
      'set "store: sqlite"',
    );
  } else if (store !== 'sqlite') {
    report(
      'error',
      ['store', 'postgres'],
      'the PostgreSQL store is not available in this version',
      'set "store: sqlite"',
    );
  }
}

function checkReview({ review: { block } }: NodeConfig, report: Report): void {
  if (!block) return;
  const path = ['review', 'block'];
  report(
    'danger',
    path,
    'the review of the log blocks addresses by itself: a device whose settings are wrong is shut out like an attacker',
    'take it out to decide about each finding yourself, or name your own networks under "never"',
  );
  for (const [index, written] of block.never.entries()) {
    const range = parseRange(written);
    if (!range.ok) report('error', [...path, 'never', index], range.reason, '');
  }
}

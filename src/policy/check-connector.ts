/** What can be wrong with one connector, by itself and beside the others. */
import type { ConnectorConfig, PolicyDocument } from '../config/policy-schema.ts';
import type { DocumentPath } from '../config/finding.ts';
import { parseAddress } from '../config/network-range.ts';
import { isMicrosoftRoute } from '../config/route-defaults.ts';
import { parseDomain } from '../protocol/address.ts';
import { printable } from './address-pattern.ts';
import { parseFingerprint } from './certificate-rule.ts';
import { checkConditions } from './check-conditions.ts';
import { checkFallbacks } from './check-fallbacks.ts';
import { checkMicrosoftRoute, checkProxy } from './check-microsoft-route.ts';
import type { Findings } from './findings.ts';

type Check = (
  config: ConnectorConfig,
  path: DocumentPath,
  findings: Findings,
  document: PolicyDocument,
) => void;

export function checkConnector(
  config: ConnectorConfig,
  path: DocumentPath,
  document: PolicyDocument,
  findings: Findings,
): void {
  for (const check of checks) check(config, path, findings, document);
}

const checks: readonly Check[] = [
  checkSources,
  checkFallbacks,
  checkConditions,
  checkTls,
  checkLogin,
  checkIdentity,
  checkHosts,
  checkAddresses,
  checkRetry,
  checkEquals,
  checkSuspended,
  checkMicrosoftRoute,
  checkProxy,
];

function checkSources(
  config: ConnectorConfig,
  path: DocumentPath,
  findings: Findings,
  document: PolicyDocument,
): void {
  const known = new Set(document.sources.map(({ name }) => name));
  for (const [index, name] of config.sources.entries()) {
    if (name === '*' || known.has(name)) continue;
    findings.error(
      [...path, 'sources', index],
      `there is no source "${printable(name)}"`,
      'write a name from "sources", or "*"',
    );
  }
}

function checkTls(config: ConnectorConfig, path: DocumentPath, findings: Findings): void {
  if (config.tls === 'off') {
    findings.danger(
      [...path, 'tls'],
      `${config.name}: mail leaves in clear, and whoever is on the way can read and change it`,
      'set "tls: required"',
    );
    if (config.implicitTls) {
      findings.error(
        [...path, 'implicitTls'],
        'TLS from the first byte and "tls: off" exclude each other',
        'set "tls: required"',
      );
    }
    if (config.pin !== undefined) {
      findings.error(
        [...path, 'pin'],
        'without TLS there is no certificate to compare with the pin',
        'set "tls: required"',
      );
    }
  }
  if (config.tls === 'opportunistic') {
    findings.warning(
      [...path, 'tls'],
      `${config.name}: whoever is on the way can switch TLS off or pose as the next hop`,
      'set "tls: required"',
    );
  }
  if (config.tls !== 'off' && (config.minimumTls === '1.0' || config.minimumTls === '1.1')) {
    findings.danger(
      [...path, 'minimumTls'],
      `${config.name}: TLS ${config.minimumTls} is broken and accepted to the next hop`,
      'set "minimumTls: "1.2""',
    );
  }
}

function checkLogin(config: ConnectorConfig, path: DocumentPath, findings: Findings): void {
  if (config.route.type !== 'smart-host' || !config.route.login) return;
  const here = [...path, 'route', 'login'];
  if (config.tls === 'off') {
    findings.danger(here, `${config.name}: its password crosses the network in clear`, 'set "tls: required"');
  } else if (config.tls === 'opportunistic') {
    findings.danger(
      here,
      `${config.name}: whoever is on the way can make it send its password in clear`,
      'set "tls: required"',
    );
  }
}

function checkIdentity(config: ConnectorConfig, path: DocumentPath, findings: Findings): void {
  if (config.certificate !== undefined && config.key === undefined) {
    findings.error([...path, 'certificate'], 'a client certificate needs its key', 'add "key"');
  }
  if (config.key !== undefined && config.certificate === undefined) {
    findings.error([...path, 'key'], 'a key needs its certificate', 'add "certificate"');
  }
  const pins = config.pin === undefined ? [] : [config.pin].flat();
  for (const pin of pins) {
    if (parseFingerprint(pin) !== undefined) continue;
    findings.error(
      [...path, 'pin'],
      `"${printable(pin)}" is not a SHA-256 fingerprint`,
      'write "sha256:" and 64 hexadecimal digits',
    );
  }
}

function checkHosts(config: ConnectorConfig, path: DocumentPath, findings: Findings): void {
  if (config.route.type !== 'smart-host') return;
  for (const [index, text] of config.route.hosts.entries()) {
    const here = [...path, 'route', 'hosts', index];
    const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text);
    const host = match?.[1] ?? match?.[2] ?? '';
    const port = match?.[3] === undefined ? 25 : Number(match[3]);
    if (port < 1 || port > 65_535) {
      findings.error(here, `${port} is not a port`, 'write a port between 1 and 65535');
    }
    const isAddress = parseAddress(host).ok;
    if (!isAddress && (match?.[1] !== undefined || /^[\d.]+$/.test(host) || !parseDomain(host).ok)) {
      findings.error(
        here,
        `"${printable(host)}" is neither a host name nor an address`,
        'write host, host:port or [IPv6]:port',
      );
    } else if (
      isAddress &&
      config.tls === 'required' &&
      config.serverName === undefined &&
      config.pin === undefined
    ) {
      findings.warning(
        here,
        `few certificates bear the address ${host}, so verified TLS is likely to fail`,
        'write the host by name, or set "serverName" or "pin"',
      );
    }
  }
}

function checkAddresses(config: ConnectorConfig, path: DocumentPath, findings: Findings): void {
  const { sourceAddress, ipVersion } = config;
  if (sourceAddress !== undefined && ipVersion !== 'any') {
    const parsed = parseAddress(sourceAddress);
    if (parsed.ok && String(parsed.value.family) !== ipVersion) {
      findings.error(
        [...path, 'sourceAddress'],
        `${sourceAddress} is not IPv${ipVersion}, which "ipVersion" asks for`,
        `write an IPv${ipVersion} address`,
      );
    }
  }
  for (const key of ['serverName', 'heloName'] as const) {
    const text = config[key];
    if (text === undefined || parseDomain(text).ok) continue;
    findings.error(
      [...path, key],
      `"${printable(text)}" is not a host name`,
      'write a name such as relay.contoso.com',
    );
  }
  if (config.route.type !== 'mx') return;
  for (const [index, server] of (config.route.nameservers ?? []).entries()) {
    const host = server.replace(/^\[([^\]]+)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
    if (parseAddress(host).ok) continue;
    findings.error(
      [...path, 'route', 'nameservers', index],
      `"${printable(server)}" is not an IP address`,
      'write address or address:port of a DNS server',
    );
  }
}

function checkRetry(config: ConnectorConfig, path: DocumentPath, findings: Findings): void {
  const { initial, maximum, expireAfter, delayNoticeAfter } = config.retry;
  if (initial > maximum) {
    findings.error(
      [...path, 'retry', 'initial'],
      'the first pause is longer than the longest',
      'set it to at most "maximum"',
    );
  }
  if (expireAfter <= initial) {
    findings.error(
      [...path, 'retry', 'expireAfter'],
      'mail would expire before it is tried a second time',
      'set it longer than "initial"',
    );
  } else if (delayNoticeAfter >= expireAfter) {
    findings.warning(
      [...path, 'retry', 'delayNoticeAfter'],
      'mail expires before anybody hears of its delay',
      'set it shorter than "expireAfter"',
    );
  }
}

/**
 * The same address space at the same cost twice: the document's order decides, which is easily not seen. Of routes into
 * Microsoft 365 the one with quota left is used, which is a reason to have two.
 */
function checkEquals(
  config: ConnectorConfig,
  path: DocumentPath,
  findings: Findings,
  document: PolicyDocument,
): void {
  for (const [index, space] of config.addressSpaces.entries()) {
    const earlier = document.connectors
      .slice(0, Number(path[1]))
      .find(
        (other) =>
          sharesScope(other, config) &&
          other.addressSpaces.some(
            ({ pattern, cost }) =>
              pattern.toLowerCase() === space.pattern.toLowerCase() && cost === space.cost,
          ),
      );
    if (!earlier) continue;
    if (isMicrosoftRoute(config.route) && isMicrosoftRoute(earlier.route)) continue;
    findings.warning(
      [...path, 'addressSpaces', index],
      `${earlier.name} has "${space.pattern}" at the same cost ${space.cost}: ${earlier.name} wins, because it comes first`,
      'give them different costs, or use "fallback"',
    );
  }
}

function sharesScope(a: ConnectorConfig, b: ConnectorConfig): boolean {
  const share = (left: readonly string[], right: readonly string[]): boolean =>
    left.includes('*') || right.includes('*') || left.some((entry) => right.includes(entry));
  const sameRecipients = a.recipients === 'any' || b.recipients === 'any' || a.recipients === b.recipients;
  return sameRecipients && share(a.sources, b.sources) && share(a.senders, b.senders) && shareSizes(a, b);
}

function shareSizes(a: ConnectorConfig, b: ConnectorConfig): boolean {
  const { atLeast: fromA = 0, atMost: toA = Infinity } = a.messageBytes ?? {};
  const { atLeast: fromB = 0, atMost: toB = Infinity } = b.messageBytes ?? {};
  return fromA <= toB && fromB <= toA;
}

function checkSuspended(config: ConnectorConfig, path: DocumentPath, findings: Findings): void {
  if (!config.suspended) return;
  findings.warning(
    [...path, 'suspended'],
    `${config.name} is suspended: its mail waits`,
    'set it to false to send',
  );
}

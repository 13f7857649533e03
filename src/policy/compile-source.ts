/** One source of the document: its matchers, and everything about it alone that can be wrong. */
import type { AgeingConfig } from '../config/ageing-schema.ts';
import type { SourceConfig } from '../config/policy-schema.ts';
import type { DocumentPath } from '../config/finding.ts';
import { parseMailbox } from '../protocol/address.ts';
import type { AddressMatcher, Source } from './policy.ts';
import { endOf } from './ageing.ts';
import { compileAddressPatterns, parseAddressPattern, printable } from './address-pattern.ts';
import { commonNameOf, dnsNameOf, fingerprintsOf } from './certificate-rule.ts';
import { checkRewrite } from './check-rewrite.ts';
import type { Findings } from './findings.ts';
import { parsePasswordHash } from './password.ts';

export function compileSource(
  config: SourceConfig,
  path: DocumentPath,
  findings: Findings,
  ageing?: AgeingConfig,
): Source {
  checkEvidence(config, path, findings);
  checkRequire(config, path, findings);
  checkLogin(config, path, findings);
  checkCertificate(config, path, findings);
  checkSenders(config, path, findings);
  checkQuirks(config, path, findings);
  checkRewrite(config, path, findings);
  if (config.owner !== undefined && !parseMailbox(config.owner).ok) {
    findings.error(
      [...path, 'owner'],
      `"${printable(config.owner)}" is not a mail address`,
      'write user@domain',
    );
  }
  return {
    name: config.name,
    config,
    senders: patterns(config.senders, [...path, 'senders'], findings),
    recipients: patterns(config.recipients, [...path, 'recipients'], findings),
    ...endOf(config.expires, ageing),
    repairs: new Set(config.repair),
    quirks: new Set(config.quirks),
  };
}

/** Nothing but its address tells this source from anybody else who has that address. */
export function isNetworkOnly(config: SourceConfig): boolean {
  if (config.networks.length === 0) return false;
  return !config.require || config.require.every((kind) => kind === 'network');
}

function patterns(written: readonly string[], path: DocumentPath, findings: Findings): AddressMatcher {
  const { matcher, faults } = compileAddressPatterns(written);
  for (const { index, reason } of faults) {
    if (written[index] === '<>') {
      findings.error(
        [...path, index],
        'the null sender is not a pattern',
        'set "nullSender: true" on the source',
      );
    } else findings.error([...path, index], reason);
  }
  return matcher;
}

function checkEvidence(config: SourceConfig, path: DocumentPath, findings: Findings): void {
  if (config.networks.length > 0 || config.login || config.certificate) return;
  findings.error(path, `nothing identifies ${config.name}`, 'give it networks, a login or a certificate');
}

function checkRequire(config: SourceConfig, path: DocumentPath, findings: Findings): void {
  if (!config.require) return;
  const configured = new Map<string, boolean>([
    ['network', config.networks.length > 0],
    ['login', config.login !== undefined],
    ['certificate', config.certificate !== undefined],
  ]);
  const words = new Map([
    ['network', 'networks'],
    ['login', 'a login'],
    ['certificate', 'a certificate'],
  ]);
  for (const [index, kind] of config.require.entries()) {
    if (configured.get(kind)) continue;
    findings.error(
      [...path, 'require', index],
      `${config.name} must show its ${kind} but has none, so it could never send`,
      `give it ${words.get(kind)} or take "${kind}" out of "require"`,
    );
  }
  for (const [kind, present] of configured) {
    if (!present || config.require.some((required) => required === kind)) continue;
    findings.warning(
      [...path, 'require'],
      `the ${kind} of ${config.name} identifies nobody: "require" does not name it`,
      `add "${kind}" to "require", or remove ${words.get(kind)}`,
    );
  }
}

function checkLogin(config: SourceConfig, path: DocumentPath, findings: Findings): void {
  if (!config.login) return;
  const { username, password } = config.login;
  if (Buffer.byteLength(username) > 255 || /\p{Cc}/u.test(username)) {
    findings.error(
      [...path, 'login', 'username'],
      'the user name is longer than 255 octets or holds a control character',
      'write a plain name such as erp',
    );
  }
  const hash = parsePasswordHash(password);
  // The text is not shown: it may be the password itself, written here by mistake.
  if (!hash.ok) {
    findings.error(
      [...path, 'login', 'password'],
      hash.reason,
      'write the line that "relay365 source password" prints',
    );
  }
}

function checkCertificate(config: SourceConfig, path: DocumentPath, findings: Findings): void {
  const rule = config.certificate;
  if (!rule) return;
  for (const { written, hex } of fingerprintsOf(rule)) {
    if (hex) continue;
    findings.error(
      [...path, 'certificate', 'fingerprint'],
      `"${printable(written)}" is not a SHA-256 fingerprint`,
      'write "sha256:" and 64 hexadecimal digits, as "openssl x509 -noout -fingerprint -sha256" prints them',
    );
  }
  if ('subject' in rule && commonNameOf(rule) === undefined && dnsNameOf(rule) === undefined) {
    findings.error(
      [...path, 'certificate', 'subject'],
      `"${printable(rule.subject)}" is neither a common name nor a DNS name`,
      'write "CN=erp.contoso.com" or "erp.contoso.com"',
    );
  }
}

function checkSenders(config: SourceConfig, path: DocumentPath, findings: Findings): void {
  if (config.senders.length === 0 && !config.nullSender) {
    findings.warning(
      path,
      `${config.name} has no senders, so it may send nothing`,
      'name its addresses in "senders"',
    );
  }
  if (config.recipients.length === 0) {
    findings.warning(
      [...path, 'recipients'],
      `${config.name} may write to nobody`,
      'name patterns, or "*" for everybody',
    );
  }
  if (!isNetworkOnly(config)) return;
  const star = config.senders.findIndex((pattern) => {
    const parsed = parseAddressPattern(pattern);
    return parsed.ok && parsed.value.kind === 'all';
  });
  if (star >= 0 && !(config.rewrite?.sender && config.rewrite.from)) {
    findings.danger(
      [...path, 'senders', star],
      `${config.name}: any machine at its addresses may send as anybody`,
      'name the addresses or domains it sends as',
    );
  }
  if (config.headerFrom === 'any' && star < 0 && !config.rewrite?.from) {
    findings.danger(
      [...path, 'headerFrom'],
      `${config.name}: any machine at its addresses may write any From address`,
      'leave it at "senders"',
    );
  }
}

function checkQuirks(config: SourceConfig, path: DocumentPath, findings: Findings): void {
  if (config.quirks.length > 0 && config.networks.length === 0) {
    findings.warning(
      [...path, 'quirks'],
      `the quirks of ${config.name} never apply: they are known by address, and it has no networks`,
      'give it networks',
    );
  }
  if (config.quirks.includes('auth-in-clear')) {
    findings.danger(
      [...path, 'quirks', config.quirks.indexOf('auth-in-clear')],
      `${config.name}: passwords from its addresses may cross the network in clear`,
      'use TLS where the device can',
    );
  }
}

/** Everything that ends by itself or identifies somebody, with where it is used: for the list of certificates and secrets. */
import { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../admin/setup/certificate-facts.ts';
import { endOfValidity } from '../config/units.ts';
import type { ConnectorSecrets } from '../connector/create.ts';
import type { Instant } from '../platform/clock.ts';
import { instant } from '../platform/clock.ts';
import { fingerprintsOf } from '../policy/certificate-rule.ts';
import type { ConnectorRule, Policy, Source } from '../policy/policy.ts';
import type { ShownCertificates } from './expiries.ts';

export function certificateList(
  policy: Policy,
  secretsOf: (connector: string) => ConnectorSecrets,
  identity: ShownCertificates,
  signInEnd: (connector: string) => Instant | undefined,
): readonly CertificateFacts[] {
  return [
    ...identity.pairs.flatMap(({ certificate }) =>
      ofPem(certificate, {
        kind: 'listener-certificate',
        name: 'listeners',
        usedBy: 'every listener with TLS',
      }),
    ),
    ...ofPem(identity.console, {
      kind: 'console-certificate',
      name: 'console.tls',
      usedBy: 'console and admin API',
    }),
    ...ofPem(identity.clientCa, {
      kind: 'client-ca',
      name: 'tls.clientCa',
      usedBy: 'sources that are known by the name in their certificate',
    }),
    ...Array.from(policy.connectors.values()).flatMap((rule) =>
      ofConnector(rule, secretsOf(rule.name), signInEnd(rule.name)),
    ),
    ...Array.from(policy.sources.values()).flatMap(ofSource),
  ];
}

function ofConnector(
  { name, config }: ConnectorRule,
  secrets: ConnectorSecrets,
  signInEnds: Instant | undefined,
): CertificateFacts[] {
  const usedBy = `connector ${name}`;
  const { route, owner } = config;
  const credential = 'credential' in route ? route.credential : undefined;
  const login = route.type === 'smart-host' ? route.login : undefined;
  const found: CertificateFacts[] = [
    ...ofPem(secrets.certificate, { kind: 'connector-certificate', name, usedBy }),
    ...ofPem(secrets.ca, { kind: 'connector-ca', name, usedBy }),
    ...ofPem(secrets.credential?.certificate, { kind: 'application-certificate', name, usedBy }),
    ...(credential?.type === 'oauth' && secrets.credential?.secret !== undefined
      ? [secret('client-secret', name, usedBy, credential.secretExpires)]
      : []),
    ...(credential?.type === 'password' ? [secret('password', name, usedBy, credential.secretExpires)] : []),
    ...(login ? [secret('password', name, usedBy, login.secretExpires)] : []),
    ...(signInEnds === undefined
      ? []
      : [{ kind: 'refresh-token', name, usedBy, notAfter: signInEnds } as const]),
  ];
  return owner === undefined ? found : found.map((facts) => ({ ...facts, owner }));
}

function secret(
  kind: 'client-secret' | 'password',
  name: string,
  usedBy: string,
  expires: string | undefined,
): CertificateFacts {
  return { kind, name, usedBy, ...(expires !== undefined && { notAfter: endOfValidity(expires) }) };
}

/** Of a certificate of a device the fingerprint or the name is known, and its end where somebody wrote it down. */
function ofSource({ name, config }: Source): CertificateFacts[] {
  const rule = config.certificate;
  if (!rule) return [];
  const common = {
    kind: 'device-certificate',
    name,
    usedBy: `source ${name}`,
    ...(config.owner !== undefined && { owner: config.owner }),
    ...(rule.expires !== undefined && { notAfter: endOfValidity(rule.expires) }),
  } as const;
  if ('subject' in rule) return [{ ...common, subject: rule.subject }];
  return fingerprintsOf(rule).flatMap(({ hex }) => (hex ? [{ ...common, fingerprint: hex }] : []));
}

type About = Pick<CertificateFacts, 'kind' | 'name' | 'usedBy'>;

/** Every certificate of a PEM text: a chain is worth no more than what ends first in it. */
function ofPem(pem: string | undefined, about: About): CertificateFacts[] {
  const blocks = pem?.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => {
    const certificate = new X509Certificate(block);
    return {
      ...about,
      subject: lastLine(certificate.subject),
      issuer: lastLine(certificate.issuer),
      notBefore: instant(certificate.validFromDate.getTime()),
      notAfter: instant(certificate.validToDate.getTime()),
      fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      isSelfSigned: certificate.checkIssued(certificate),
      ...(certificate.publicKey.asymmetricKeyType !== undefined && {
        keyType: certificate.publicKey.asymmetricKeyType,
      }),
    };
  });
}

/** The most specific part of a name stands last. */
function lastLine(name: string | undefined): string {
  return name?.split('\n').at(-1) ?? '';
}

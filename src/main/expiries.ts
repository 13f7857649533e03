/** What ends by itself and then stops mail: secrets whose end was written down, certificates, sign-ins. Pure. */
import { X509Certificate } from 'node:crypto';
import { endOfValidity } from '../config/units.ts';
import type { ConnectorSecrets } from '../connector/create.ts';
import { signInAgain } from '../connector/identity/sign-in.ts';
import type { Instant } from '../platform/clock.ts';
import { instant } from '../platform/clock.ts';
import type { TlsIdentity } from '../platform/tls.ts';
import type { ConnectorRule, Policy } from '../policy/policy.ts';
import type { SignInEnd } from './sign-ins.ts';

export interface Expiry {
  /** In words, with the name of the connector. */
  readonly what: string;
  readonly at: Instant;
}

/** What the relay shows of itself, as PEM. */
export interface ShownCertificates extends Pick<TlsIdentity, 'pairs' | 'clientCa'> {
  /** Of the console, where it has one of its own. */
  readonly console?: string | undefined;
}

/** All of them, the first to end first. */
export function expiriesOf(
  policy: Policy,
  secretsOf: (connector: string) => ConnectorSecrets,
  identity: ShownCertificates,
  signInEndOf: (connector: string) => SignInEnd | undefined = () => undefined,
): readonly Expiry[] {
  const connectors = Array.from(policy.connectors.values(), (rule) => [
    ...ofConnector(rule, secretsOf(rule.name)),
    ...ofSignIn(rule, signInEndOf),
  ]);
  const listeners = identity.pairs.flatMap(({ certificate }) =>
    ofCertificates(certificate, 'the certificate of the listeners'),
  );
  const ofConsole = ofCertificates(identity.console, 'the certificate of the console');
  const authorities = ofCertificates(identity.clientCa, 'the client CA');
  return [...connectors.flat(), ...listeners, ...ofConsole, ...authorities].toSorted((a, b) => a.at - b.at);
}

function ofConnector({ name, config }: ConnectorRule, secrets: ConnectorSecrets): Expiry[] {
  const { route } = config;
  const login = route.type === 'smart-host' ? route.login : undefined;
  const credential = 'credential' in route ? route.credential : undefined;
  const end = (credential ?? login)?.secretExpires;
  const secret = credential?.type === 'oauth' ? 'client secret' : 'password';
  return [
    ...(end === undefined
      ? []
      : [{ what: `the ${secret} of the connector ${name}`, at: endOfValidity(end) }]),
    ...ofCertificates(secrets.ca, `the CA of the connector ${name}`),
    ...ofCertificates(secrets.certificate, `the client certificate of the connector ${name}`),
    ...ofCertificates(
      secrets.credential?.certificate,
      `the certificate of the application of the connector ${name}`,
    ),
  ];
}

/** Without use a sign-in ends, and a refused one has ended: either way somebody signs in again. */
function ofSignIn(
  { name, config: { route } }: ConnectorRule,
  endOf: (connector: string) => SignInEnd | undefined,
): Expiry[] {
  const credential = 'credential' in route ? route.credential : undefined;
  if (credential?.type !== 'oauth' || credential.signIn === undefined) return [];
  const end = endOf(name);
  if (!end) return [];
  const why = end.isRefused ? 'which Microsoft refuses' : 'unless mail uses it';
  return [{ what: `the sign-in of the connector ${name} (${why}; ${signInAgain(name)})`, at: end.at }];
}

/** Every certificate of a PEM text: a chain is worth no more than what ends first in it. */
function ofCertificates(pem: string | undefined, what: string): Expiry[] {
  const blocks = pem?.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => {
    const certificate = new X509Certificate(block);
    const subject = certificate.subject?.split('\n').at(-1);
    return {
      what: subject ? `${what} (${subject})` : what,
      at: instant(certificate.validToDate.getTime()),
    };
  });
}

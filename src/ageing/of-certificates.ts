/** What ends among certificates, secrets, sign-ins and API tokens. Pure. */
import type { Instant } from '../platform/clock.ts';
import type { AgeingItem, AgeingKind } from './item.ts';

/** One certificate or secret whose end is known. */
export interface EndingSecret {
  readonly kind: Extract<
    AgeingKind,
    | 'listener-certificate'
    | 'console-certificate'
    | 'client-ca'
    | 'connector-certificate'
    | 'connector-ca'
    | 'application-certificate'
    | 'device-certificate'
    | 'client-secret'
    | 'password'
    | 'refresh-token'
  >;
  /** Of the connector, the source, or the setting. */
  readonly name: string;
  readonly subject?: string;
  readonly owner?: string;
  readonly notAfter: Instant;
}

interface Words {
  readonly title: (name: string) => string;
  readonly breaks: string;
  readonly todo: (name: string) => string;
}

const words: { readonly [K in EndingSecret['kind']]: Words } = {
  'listener-certificate': {
    title: () => 'The certificate of the listeners ends',
    breaks: 'Devices that check certificates send nothing any more; the others go on.',
    todo: () =>
      'Put a new certificate and key in place of the files that "tls" names: the relay takes them up by itself.',
  },
  'console-certificate': {
    title: () => 'The certificate of the console ends',
    breaks: 'Browsers warn of the console, and scripts that check its certificate reach the API no more.',
    todo: () =>
      'Put a new certificate and key in place of the files that "console.tls" names: the relay takes them up by itself.',
  },
  'client-ca': {
    title: () => 'The client CA ends',
    breaks: 'Sources that are known by the name in their certificate are refused.',
    todo: () =>
      'Renew the CA, and put it in place of the file of "tls.clientCa": the relay takes it up by itself.',
  },
  'connector-certificate': {
    title: (name) => `The client certificate of the connector ${name} ends`,
    breaks: 'The next hop no longer knows the relay by it: Microsoft 365 refuses to relay, and mail waits.',
    todo: (name) =>
      `Renew it with the same name (subject), for client authentication where the next hop asks for that, and put it in place of the files of the connector ${name}.`,
  },
  'connector-ca': {
    title: (name) => `The CA of the connector ${name} ends`,
    breaks: 'The certificate of the next hop can no longer be verified: mail of this connector waits.',
    todo: (name) => `Put the new CA in place of the file of "ca" of the connector ${name}.`,
  },
  'application-certificate': {
    title: (name) => `The certificate of the application of the connector ${name} ends`,
    breaks: 'Microsoft Entra gives no token any more: mail of this connector waits.',
    todo: (name) =>
      `Make a new certificate, add it to the application in Microsoft Entra, and then put it in place of the files of the connector ${name}.`,
  },
  'device-certificate': {
    title: (name) => `The client certificate of ${name} ends`,
    breaks: 'Many devices stop using a certificate that has ended, and one under "tls.clientCa" is refused.',
    todo: (name) =>
      `Give the device a new one, and write its fingerprint or name and its end into "certificate" of the source ${name}.`,
  },
  'client-secret': {
    title: (name) => `The client secret of the connector ${name} ends`,
    breaks: 'Microsoft Entra gives no token any more (AADSTS7000222): mail of this connector waits.',
    todo: (name) =>
      `Add a new secret to the application in Microsoft Entra, put it into the connector ${name}, and set "secretExpires".`,
  },
  password: {
    title: (name) => `The password of the connector ${name} ends`,
    breaks: 'The next hop refuses the login: mail of this connector waits.',
    todo: (name) => `Set a new password there, put it into the connector ${name}, and set "secretExpires".`,
  },
  'refresh-token': {
    title: (name) => `The sign-in of the connector ${name} ends unless mail uses it`,
    breaks:
      'Microsoft Entra gives no token any more: mail of this connector waits until a person signs in again.',
    todo: (name) => `Run "relay365 connector sign-in ${name}", or let mail use it before.`,
  },
};

export function itemsOfSecrets(secrets: readonly EndingSecret[]): AgeingItem[] {
  return secrets.map(({ kind, name, subject, owner, notAfter }) => {
    const { title, breaks, todo } = words[kind];
    return {
      kind,
      name,
      title: `${title(name)}${subject ? ` (${subject})` : ''}`,
      at: notAfter,
      precision: 'day',
      breaks,
      todo: todo(name),
      ...(owner === undefined ? {} : { owner }),
      ...placeOf(kind, name),
    };
  });
}

/** Of the relay itself, and so of no source or connector. */
const ofTheRelay: ReadonlySet<AgeingKind> = new Set([
  'listener-certificate',
  'console-certificate',
  'client-ca',
]);

function placeOf(kind: EndingSecret['kind'], name: string): Pick<AgeingItem, 'source' | 'connector'> {
  if (ofTheRelay.has(kind)) return {};
  return kind === 'device-certificate' ? { source: name } : { connector: name };
}

export interface EndingToken {
  readonly name: string;
  readonly createdBy: string;
  readonly expiresAt?: Instant;
}

export function itemsOfTokens(tokens: readonly EndingToken[]): AgeingItem[] {
  return tokens.flatMap(({ name, createdBy, expiresAt }) =>
    expiresAt === undefined
      ? []
      : [
          {
            kind: 'api-token',
            name,
            title: `The API token ${name} ends`,
            at: expiresAt,
            precision: 'day',
            owner: createdBy,
            breaks: 'Scripts that use it are answered 401.',
            todo: `Make another one with "relay365 token add", give it to the script, and remove ${name}.`,
          } satisfies AgeingItem,
        ],
  );
}

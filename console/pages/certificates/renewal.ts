/** How each kind is renewed, as steps and as what to write where. The relay reads changed files by itself. Pure. */
import type { CertificateItem } from '../../../contract/schemas/setup.ts';

export interface Renewal {
  readonly steps: readonly string[];
  readonly snippet?: string;
}

export function renewal({ kind, name }: CertificateItem): Renewal {
  switch (kind) {
    case 'listener-certificate':
      return {
        steps: [
          'Get a certificate for the host name of the relay from a certification authority that your devices know.',
          'Write chain and key to the files that tls.certificate and tls.key of relay365.yaml name. The relay reads changed files by itself; where none were named, start it again.',
        ],
        snippet: 'tls:\n  certificate: ./tls/fullchain.pem\n  key: ./tls/key.pem',
      };
    case 'console-certificate':
      return {
        steps: [
          'Get a certificate for the host name of the console.',
          'Replace the files that console.tls of relay365.yaml names. The relay reads them by itself.',
        ],
      };
    case 'client-ca':
      return {
        steps: ['Replace the file that tls.clientCa of relay365.yaml names. The relay reads it by itself.'],
        snippet: 'tls:\n  clientCa: ./tls/device-ca.pem',
      };
    case 'connector-certificate':
      return {
        steps: [
          'Get a new certificate with the same subject name: the inbound connector of the tenant knows the relay by it.',
          'Replace certificate and key files on the machine of the relay. It reads changed files by itself.',
          'Look at the connector: its next delivery uses the new one.',
        ],
      };
    case 'connector-ca':
      return { steps: ['Replace the file that `ca` of the connector names. The relay reads it by itself.'] };
    case 'application-certificate':
      return {
        steps: [
          'Add the new certificate to the application in Microsoft Entra, beside the old one.',
          'Replace certificate and key files on the machine of the relay. It reads changed files by itself.',
          'Remove the old certificate from the application when mail flows.',
        ],
      };
    case 'client-secret':
      return {
        steps: [
          'Add a new client secret to the application in Microsoft Entra, beside the old one.',
          'Edit the connector, give the new value and its end, and save.',
          'Remove the old secret from the application when mail flows.',
        ],
        snippet: secretSnippet(name, 'secret'),
      };
    case 'password':
      return {
        steps: [
          'Set a new password at the service.',
          'Edit the connector, give the new value and its end, and save.',
        ],
        snippet: secretSnippet(name, 'password'),
      };
    case 'refresh-token':
      return {
        steps: [
          'Open the connector and choose Sign in: a person signs in anew.',
          'In use it renews itself; it ends after 90 days without use.',
        ],
      };
    case 'device-certificate':
      return {
        steps: [
          'Give the device its new certificate.',
          'Write its fingerprint or name, and its end as certificate.expires, into the source.',
        ],
      };
    default:
      return kind satisfies never;
  }
}

function secretSnippet(name: string, key: string): string {
  return `connectors:\n  - name: ${name}\n    route:\n      credential:\n        ${key}: { file: ./secrets/${name} }\n        secretExpires: 2027-12-31`;
}

/** What certificates and secrets are called. */
import type { CertificateItem } from '../../../contract/schemas/setup.ts';

export const kinds: Readonly<Record<CertificateItem['kind'], string>> = {
  'listener-certificate': 'Certificate of listeners',
  'console-certificate': 'Certificate of the console',
  'client-ca': 'Roots for device certificates',
  'connector-certificate': 'Client certificate',
  'connector-ca': 'Roots of the next hop',
  'application-certificate': 'Certificate of an application',
  'client-secret': 'Client secret',
  password: 'Password',
  'refresh-token': 'Sign-in of a person',
  'device-certificate': 'Certificate of a device',
};

/** What a connector shows the next hop to say who it is, in words. Pure. */
import type { ConnectorView } from '../../../contract/schemas.ts';
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { CertificateFacts } from '../setup/certificate-facts.ts';

type Identity = ConnectorView['identity'];

export function identityView(config: ConnectorConfig, certificates: readonly CertificateFacts[]): Identity {
  const { route } = config;
  const certificate = certificates.find(
    ({ kind, name }) => kind === 'connector-certificate' && name === config.name,
  );
  const shown = certificate?.subject ?? ('certificate' in route ? route.certificate : config.certificate);
  switch (route.type) {
    case 'graph':
    case 'smtp-submission': {
      const { credential } = route;
      const mailbox = route.mailbox === undefined ? {} : { mailbox: route.mailbox };
      if (credential.type === 'password') return { kind: 'login', text: credential.username, ...mailbox };
      if (credential.managedIdentity !== undefined) {
        return { kind: 'application', text: 'managed identity of this machine', ...mailbox };
      }
      const kind = credential.signIn === undefined ? 'application' : 'person';
      return { kind, text: credential.clientId ?? 'not named', ...mailbox };
    }
    case 'exchange-online':
      if (shown !== undefined) return { kind: 'certificate', text: shown };
      return { kind: 'address', text: 'public IPv4 address' };
    case 'smart-host':
      if (route.login) return { kind: 'login', text: route.login.username };
      return shown === undefined ? { kind: 'none', text: 'none' } : { kind: 'certificate', text: shown };
    case 'mx':
      return { kind: 'none', text: 'none' };
    default:
      return route satisfies never;
  }
}

/** What the services that take authenticated mail differ in. */
import { cloudNamed, otherServices } from '../../../microsoft365/clouds.ts';
import type { Cloud } from '../../config/route-defaults.ts';
import type { SubmissionService } from '../../config/route-schema.ts';
import type { TokenPlace } from '../identity/token-places.ts';
import { exchangeTokens } from '../identity/token-places.ts';
import type { Where } from '../judged-connector.ts';

export interface ServiceFacts {
  /** For people. */
  readonly title: string;
  /** Whose replies these are, for the catalogue. */
  readonly where: Where;
  /** Absent where the service does not exist in this cloud. */
  readonly host?: string;
  /** Absent where the service takes no token. */
  readonly token?: TokenPlace;
  /** Recipients outside the tenant are refused. */
  readonly internalOnly: boolean;
}

export function serviceFacts(service: SubmissionService, cloud: Cloud): ServiceFacts {
  const isWorldwide = cloud === 'worldwide';
  switch (service) {
    case 'exchange-online': {
      const { submission } = cloudNamed(cloud);
      return {
        title: 'Exchange Online',
        where: 'submission',
        ...(submission !== undefined && { host: submission }),
        token: exchangeTokens(cloud, { application: 'SMTP.SendAsApp', delegated: 'SMTP.Send' }),
        internalOnly: false,
      };
    }
    case 'high-volume-email':
      return {
        title: 'High Volume Email',
        where: 'hve',
        ...(isWorldwide && { host: otherServices.highVolumeEmail.host }),
        token: exchangeTokens(cloud, { application: 'Mail.Send', delegated: 'Mail.Send' }),
        internalOnly: true,
      };
    case 'azure-communication-services':
      return {
        title: 'Azure Communication Services',
        where: 'acs',
        ...(isWorldwide && { host: otherServices.azureCommunicationServices.host }),
        internalOnly: false,
      };
    default:
      return service satisfies never;
  }
}

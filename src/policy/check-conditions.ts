/** What can be wrong with the conditions of a connector: its tenant, its recipients and the sizes it takes. */
import type { DocumentPath } from '../config/finding.ts';
import type { ConnectorConfig, PolicyDocument } from '../config/policy-schema.ts';
import { isMicrosoftRoute } from '../config/route-defaults.ts';
import type { Findings } from './findings.ts';

export function checkConditions(
  config: ConnectorConfig,
  path: DocumentPath,
  findings: Findings,
  document: PolicyDocument,
): void {
  checkTenant(config, path, findings, document);
  checkRecipients(config, path, findings);
  checkSizes(config, path, findings);
}

function checkTenant(
  { tenant, route }: ConnectorConfig,
  path: DocumentPath,
  findings: Findings,
  { tenants = [] }: PolicyDocument,
): void {
  if (tenant?.domain !== undefined) return;
  if (tenant?.name !== undefined) {
    findings.error(
      [...path, 'tenant'],
      `there is no tenant "${tenant.name}"`,
      'write a name from "tenants", or leave it out where there is one tenant',
    );
    return;
  }
  if (tenants.length < 2) return;
  if (!isMicrosoftRoute(route) && tenant === undefined) return;
  findings.error(
    [...path, 'tenant'],
    'there are several tenants, and nothing says to which this connector belongs',
    `set "tenant" to one of ${tenants.map(({ name }) => name).join(', ')}`,
  );
}

function checkRecipients(config: ConnectorConfig, path: DocumentPath, findings: Findings): void {
  const { recipients, route, tenant } = config;
  const here = [...path, 'recipients'];
  if (recipients !== 'any' && tenant?.domain === undefined) {
    findings.error(
      here,
      `nothing says which recipients are ${recipients}`,
      'set "tenant" with its "acceptedDomains"',
    );
  }
  if (
    recipients === 'external' &&
    route.type === 'smtp-submission' &&
    route.service === 'high-volume-email'
  ) {
    findings.error(
      here,
      'High Volume Email sends to recipients of the tenant only, so nothing could leave by this connector',
      'leave it out, or write "internal"',
    );
  }
}

function checkSizes(config: ConnectorConfig, path: DocumentPath, findings: Findings): void {
  const { messageBytes, limits, route } = config;
  const { atLeast, atMost } = messageBytes ?? {};
  const isDraft = route.type === 'graph' && route.largeMessages === 'draft';
  const routeMost = isDraft ? route.draftBytes : limits.messageBytes;
  const most = Math.min(atMost ?? Infinity, routeMost ?? Infinity);
  if (atLeast === undefined || atLeast <= most) return;
  const bound = most === atMost ? '"atMost"' : `"${isDraft ? 'route.draftBytes' : 'limits.messageBytes'}"`;
  findings.error(
    [...path, 'messageBytes', 'atLeast'],
    `no message can be as large as ${atLeast} and no larger than ${most} octets (${bound})`,
    `set it to at most ${most}`,
  );
}

/** Connectors as an administrator writes them, towards the stand-in. */
import type { Sandbox } from '../../sandbox/sandbox.ts';

type Document = Record<string, unknown>;

export function oauth({ identity }: Sandbox, more: Document = {}): Document {
  const { tenantId, clientId, url: authority } = identity;
  return {
    type: 'oauth',
    tenantId,
    clientId,
    secret: { file: './client-secret' },
    authority,
    ...more,
  };
}

export function graphConnector(sandbox: Sandbox, mailbox = sandbox.submission.mailbox): Document {
  return {
    name: 'graph',
    ca: './ca.pem',
    route: { type: 'graph', mailbox, endpoint: sandbox.graph.url, credential: oauth(sandbox) },
  };
}

export function submissionConnector(sandbox: Sandbox, mailbox = sandbox.submission.mailbox): Document {
  const { host, port, name: serverName } = sandbox.submission;
  return {
    name: 'smtp-submission',
    ca: './ca.pem',
    serverName,
    route: { type: 'smtp-submission', host, port, mailbox, credential: oauth(sandbox) },
  };
}

export function mxConnector(sandbox: Sandbox, more: Document = {}): Document {
  const { host, port, name: serverName } = sandbox.mx;
  return {
    name: 'exchange-online',
    ca: './ca.pem',
    serverName,
    route: { type: 'exchange-online', host, port, ...more },
  };
}

/**
 * The stand-in for Microsoft 365 as a next hop that is measured against, in a process of its own. Limits of mailboxes are
 * lifted, since what is measured is the conversation; all rules are applied to every message.
 */
import { startSandbox } from '../../sandbox/sandbox.ts';
import { defaultTenant, defaults } from '../../sandbox/tenant/defaults.ts';
import { answerRequests } from '../child.ts';
import type { SinkRequest } from '../sink/process.ts';

export interface NextHopFacts {
  readonly mxPort: number;
  readonly submissionPort: number;
  readonly mxName: string;
  readonly submissionName: string;
  readonly caPem: string;
  /** Client certificate that the connector `certificate` of the tenant admits. */
  readonly chainPem: string;
  readonly keyPem: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly secret: string;
  readonly authority: string;
  readonly mailbox: string;
  readonly password: string;
}

const mailbox = 'load@contoso.com';
const noLimit = 1_000_000_000;

const application = defaultTenant([]);
const sandbox = await startSandbox({
  tenants: [{ ...application, mailboxes: [{ address: mailbox, password: defaults.password }] }],
  mailboxLimits: { messagesPerMinute: noLimit, recipientsPerDay: noLimit },
});
const certificate = await sandbox.issueClientCertificate({
  names: ['relay.contoso.com'],
  purposes: ['client'],
});

let messages = 0;
let bytes = 0;
let connections = new Set<number>();
let lastAt = process.hrtime.bigint();
let goal: { readonly messages: number; readonly resolve: (at: bigint) => void } | undefined;
// Looks at every arrival and never finds what it waits for.
void sandbox.waitFor(({ content, client }) => {
  messages += 1;
  bytes += content.length;
  connections.add(client.connection);
  if (goal !== undefined && messages >= goal.messages) {
    lastAt = process.hrtime.bigint();
    goal.resolve(lastAt);
    goal = undefined;
  }
  return false;
}, new AbortController().signal);

answerRequests(async (request: SinkRequest | { readonly kind: 'facts' }): Promise<unknown> => {
  switch (request.kind) {
    case 'facts':
      return facts();
    case 'port':
      return sandbox.mx.port;
    case 'restart':
      [messages, bytes, connections, goal] = [0, 0, new Set(), undefined];
      return undefined;
    case 'reached':
      if (messages >= request.messages) return lastAt;
      return new Promise<bigint>((resolve) => {
        goal = { messages: request.messages, resolve };
      });
    case 'counts':
      return { messages, bytes, connections: connections.size };
    default:
      return request satisfies never;
  }
});

function facts(): NextHopFacts {
  const { mx, submission, identity, caPem } = sandbox;
  return {
    mxPort: mx.port,
    submissionPort: submission.port,
    mxName: mx.name,
    submissionName: submission.name,
    caPem,
    chainPem: certificate.chainPem,
    keyPem: certificate.keyPem,
    tenantId: identity.tenantId,
    clientId: identity.clientId,
    secret: identity.secret,
    authority: identity.url,
    mailbox,
    password: defaults.password,
  };
}

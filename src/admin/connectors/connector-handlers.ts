/** Connectors of the policy in force, and how they do. */
import type { ConnectorView } from '../../../contract/schemas.ts';
import { fallbacksOf } from '../../config/connector-schema.ts';
import type { Instant } from '../../platform/clock.ts';
import { formatInstant, instant } from '../../platform/clock.ts';
import type { ConnectorRule } from '../../policy/policy.ts';
import type { QuotaStatus } from '../../delivery/ledger/connector-quotas.ts';
import type { ConnectorStatus, SuspensionStatus } from '../../delivery/status.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { routeTargets } from '../../policy/route-targets.ts';
import { present } from '../views.ts';
import type { Explain } from '../explain/explanation-view.ts';
import { explainer, withoutMeaning } from '../explain/explanation-view.ts';
import type { CertificateFacts } from '../setup/certificate-facts.ts';
import { connectorEdits } from './connector-edits.ts';
import { identityView } from './identity-view.ts';
import { signInHandlers } from './sign-in-handlers.ts';

type ConnectorRoutes =
  | 'connectors'
  | 'suspend'
  | 'resume'
  | 'connector'
  | 'addConnector'
  | 'putConnector'
  | 'removeConnector'
  | 'cloneConnector'
  | 'checkConnector'
  | 'beginConnectorSignIn'
  | 'connectorSignIn';

export function connectorHandlers(context: AdminContext): Pick<Handlers, ConnectorRoutes> {
  const { delivery } = context;
  const view = (rule: ConnectorRule): ConnectorView => viewsOf([rule])[0] as ConnectorView;
  const viewsOf = (rules: readonly ConnectorRule[]): ConnectorView[] => {
    const statuses = new Map(delivery.status().connectors.map((status) => [status.name, status]));
    const facts = {
      certificates: context.certificates(),
      explain: explainer(context),
      validated: (name: string) => context.testBench.lastValidation(name),
    };
    return rules.map((rule) => connectorView(rule, statuses.get(rule.name), facts));
  };
  const known = (name: string): ConnectorRule => {
    const rule = context.policy.current.connectors.get(name);
    if (!rule) throw new Problem(404, 'Not found', `the policy has no connector ${name}`);
    return rule;
  };
  return {
    ...connectorEdits(context, (name) => view(known(name))),
    ...signInHandlers(context, known),
    connectors: () => ({ items: viewsOf([...context.policy.current.connectors.values()]) }),
    async suspend({ params, body }) {
      const rule = known(params.name);
      await delivery.suspend(rule.name, body.reason, endOf(body.until, context));
      return view(rule);
    },
    async resume({ params, body: { sender } }) {
      const rule = known(params.name);
      if (sender !== undefined) {
        if (await delivery.resumeSender(rule.name, sender)) return view(rule);
        throw new Problem(404, 'Not found', `mail of ${sender} does not wait at ${rule.name}`);
      }
      if (rule.config.suspended) {
        throw new Problem(
          409,
          'Not possible now',
          `the policy itself suspends ${rule.name}: change it there`,
        );
      }
      await delivery.resume(rule.name);
      return view(rule);
    },
  };
}

function endOf(until: string | undefined, { clock }: AdminContext): Instant | undefined {
  if (until === undefined) return undefined;
  const at = instant(Date.parse(until));
  if (at > clock.now()) return at;
  throw new Problem(400, 'The request does not fit the schema', 'until is not in the future');
}

interface Facts {
  readonly certificates: readonly CertificateFacts[];
  readonly explain: Explain;
  readonly validated: (
    connector: string,
  ) =>
    | { readonly at: string; readonly outcome: 'ok' | 'warn' | 'fail'; readonly summary: string }
    | undefined;
}

function connectorView(
  { name, config }: ConnectorRule,
  status: ConnectorStatus | undefined,
  { certificates, explain, validated }: Facts,
): ConnectorView {
  const validation = validated(name);
  const suspended =
    status?.suspended ?? (config.suspended ? { reason: 'suspended in the policy' } : undefined);
  return {
    name,
    route: config.route.type,
    hosts: [...routeTargets(config)],
    identity: identityView(config, certificates),
    limits: limitsView(config),
    addressSpaces: config.addressSpaces,
    sources: config.sources,
    tls: config.tls,
    active: status?.active ?? 0,
    waiting: status?.waiting ?? 0,
    destinations: (status?.destinations ?? []).map(({ domain, ...rest }) => ({
      domain,
      ...suspensionView(rest),
    })),
    senders: (status?.senders ?? []).map(({ sender, reason, since, until }) => ({
      sender,
      reason,
      since: formatInstant(since),
      until: formatInstant(until),
    })),
    ...(status && { connections: status.connections }),
    quotas: (status?.quotas ?? []).map(quotaView),
    totals: status?.totals ?? { relayed: 0, deferred: 0, failed: 0, inDoubt: 0 },
    ...present({
      tenant: config.tenant?.domain ?? config.tenant?.name,
      fallback: config.fallback === undefined ? undefined : [...fallbacksOf(config)],
      suspended: suspended && suspensionView(suspended),
      lastFailure: status?.lastFailure && failureView(status.lastFailure, name, explain),
      lastValidated: validation && {
        at: validation.at,
        outcome: validation.outcome,
        summary: validation.summary,
      },
      lastSuccessAt: status?.lastSuccessAt === undefined ? undefined : formatInstant(status.lastSuccessAt),
    }),
  };
}

function limitsView({ limits }: ConnectorRule['config']): ConnectorView['limits'] {
  const { messagesPerMinute, recipientsPerMessage, messageBytes, recipientsPerDay } = limits;
  return present({ messagesPerMinute, recipientsPerMessage, messageBytes, recipientsPerDay });
}

function suspensionView({ reason, since, until }: SuspensionStatus) {
  return {
    reason,
    ...present({
      since: since === undefined ? undefined : formatInstant(since),
      until: until === undefined ? undefined : formatInstant(until),
    }),
  };
}

function failureView(
  { at, code, text }: NonNullable<ConnectorStatus['lastFailure']>,
  connector: string,
  explain: Explain,
) {
  const explanation = explain(text, { connector });
  return {
    at: formatInstant(at),
    code,
    text: withoutMeaning(text, explanation),
    ...present({ explanation }),
  };
}

function quotaView({ quota, scope, owner, used, limit, free, runsOutAt, freeAt, said }: QuotaStatus) {
  return {
    quota,
    scope,
    owner,
    used,
    limit,
    free,
    ...present({
      said,
      runsOutAt: runsOutAt === undefined ? undefined : formatInstant(runsOutAt),
      freeAt: freeAt === undefined ? undefined : formatInstant(freeAt),
    }),
  };
}

/** Each connector's next hop: reached, protected, and its certificate as it should be. */
import type { ConnectorConfig } from '../../../config/policy-schema.ts';
import type { Conversation, StepName } from '../../conversation/conversation.ts';
import type { Check, CheckFinding, DoctorContext } from '../check.ts';
import { connectorsOf } from '../sender-domains.ts';

function overSmtp(context: DoctorContext): readonly ConnectorConfig[] {
  return connectorsOf(context.policy).filter(({ route }) => route.type !== 'graph');
}

const timeoutMs = 60_000;

/** Ports of the hosts that a connector asks, as far as the policy names them. */
function asksPort25({ route }: ConnectorConfig): boolean {
  if (route.type === 'smart-host')
    return route.hosts.some((host) => !/:\d+$/.test(host) || host.endsWith(':25'));
  return route.type === 'mx' || ('port' in route && route.port === 25);
}

export const port25Check: Check = {
  name: 'outbound-port-25',
  title: 'Outbound port 25',
  looksAt: 'whether connections to port 25 leave this network, which many providers and clouds block',
  source:
    'RFC 5321 4.5.4.2; https://learn.microsoft.com/troubleshoot/azure/virtual-network/troubleshoot-outbound-smtp-connectivity',
  timeoutMs,
  async run(context, signal) {
    const findings = await Promise.all(
      overSmtp(context)
        .filter(asksPort25)
        .map(async (config) =>
          verdict(config, await context.conversation(config, signal), ['connect'], 'connection to port 25'),
        ),
    );
    return findings;
  },
};

export const reachCheck: Check = {
  name: 'next-hop',
  title: 'Way to the next hop',
  looksAt: 'the way to the host of each connector: name, connection, greeting, EHLO, STARTTLS',
  source: 'RFC 5321 3.1; https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges',
  timeoutMs,
  run: (context, signal) =>
    Promise.all(
      overSmtp(context).map(async (config) => {
        const held = await context.conversation(config, signal);
        const stages: readonly StepName[] = [
          'resolve',
          'connect',
          'greeting',
          'ehlo',
          'ehlo-tls',
          'starttls',
          'quit',
        ];
        return verdict(config, held, stages, `port ${portOf(config)}, greeting and EHLO`);
      }),
    ),
};

export const certificateCheck: Check = {
  name: 'next-hop-certificate',
  title: 'Certificate of the next hop',
  looksAt: 'TLS version, chain, name, end and purpose of the certificate that the next hop presents',
  source: 'RFC 5280, RFC 6125',
  timeoutMs,
  async run(context, signal) {
    const findings = await Promise.all(
      overSmtp(context).map(async (config) => {
        const held = await context.conversation(config, signal);
        if (!held.steps.some(({ step }) => step === 'tls' || step === 'certificate')) return [];
        return [verdict(config, held, ['tls', 'certificate'], 'chain, name, dates and purpose')];
      }),
    );
    return findings.flat();
  },
};

export const loginCheck: Check = {
  name: 'login',
  title: 'Login at the next hop',
  looksAt: 'the login at the next hop, without sending',
  source:
    'RFC 4954; https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission',
  timeoutMs,
  async run(context, signal) {
    const findings = await Promise.all(
      overSmtp(context).map(async (config) => {
        const held = await context.conversation(config, signal);
        if (!held.steps.some(({ step }) => step === 'auth' || step === 'token')) return [];
        return [verdict(config, held, ['token', 'auth'], 'token and login')];
      }),
    );
    return findings.flat();
  },
};

function verdict(
  config: ConnectorConfig,
  { steps, title }: Conversation,
  stages: readonly StepName[],
  input: string,
): CheckFinding {
  const of = steps.filter(({ step }) => stages.includes(step));
  const worst = of.find(({ outcome }) => outcome === 'fail') ?? of.find(({ outcome }) => outcome === 'warn');
  const details = of.map(({ title: name, outcome, explained }) => `${name}: ${outcome}, ${explained}`);
  const common = { about: config.name, input: `${title}: ${input}`, details };
  if (!worst) {
    const last = of.at(-1);
    return last
      ? { ...common, state: 'ok', evidence: last.explained }
      : { ...common, state: 'unknown', evidence: 'the conversation did not come so far' };
  }
  return {
    ...common,
    state: worst.outcome === 'fail' ? 'fail' : 'warn',
    evidence: worst.explained,
    ...(worst.advice !== undefined && { advice: worst.advice }),
  };
}

function portOf({ route }: ConnectorConfig): string {
  return 'port' in route ? String(route.port) : 'of the host';
}

/** Each connector's next hop: reached, protected, and its certificate as it should be. */
import type { ConnectorConfig } from '../../../config/policy-schema.ts';
import type { Conversation, StepName } from '../../conversation/conversation.ts';
import type { Check, CheckFinding, DoctorContext } from '../check.ts';
import { connectorsOf } from '../sender-domains.ts';

function overSmtp(context: DoctorContext): readonly ConnectorConfig[] {
  return connectorsOf(context.policy).filter(({ route }) => route.type !== 'graph' && route.type !== 'mx');
}

const timeoutMs = 60_000;

export const reachCheck: Check = {
  name: 'next-hop',
  title: 'Way to the next hop',
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

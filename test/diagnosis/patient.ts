/** A configuration to be looked at, and what doctor and tester find first. */
import { policySchema } from '../../src/config/policy-schema.ts';
import type { ConnectorSecrets } from '../../src/connector/environment.ts';
import { testEnvironment } from '../../src/connector/testing/delivery.ts';
import type { ConnectorEnvironment } from '../../src/connector/environment.ts';
import { wayOf } from '../../src/connector/way/way.ts';
import type { DoctorContext, SeenEgress } from '../../src/diagnostics/doctor/check.ts';
import { checks } from '../../src/diagnostics/doctor/registry.ts';
import type { Finding } from '../../src/diagnostics/doctor/run.ts';
import { runChecks } from '../../src/diagnostics/doctor/run.ts';
import { hold } from '../../src/diagnostics/conversation/hold.ts';
import { doctorContext } from '../../src/main/diagnosis/doctor-context.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { compilePolicy } from '../../src/policy/compile.ts';
import { mailbox } from '../../src/protocol/address.ts';

export interface Patient {
  readonly connectors?: readonly Record<string, unknown>[];
  readonly sources?: readonly Record<string, unknown>[];
  readonly secrets?: ConnectorSecrets;
  readonly environment?: Partial<ConnectorEnvironment>;
  readonly egress?: readonly string[];
  readonly egressHistory?: readonly SeenEgress[];
  readonly listeners?: readonly Record<string, unknown>[];
  readonly hostname?: string;
  readonly minimumFree?: number;
  readonly listenerPem?: string;
  readonly change?: (context: DoctorContext) => DoctorContext;
}

export interface Told {
  readonly cause: string;
  readonly mend: string;
}

/** What the doctor tells first, of the checks named. */
export async function examine(patient: Patient, ...names: readonly string[]): Promise<Told> {
  const { secrets = {}, environment = {} } = patient;
  const policy = policyOf(patient);
  const given = doctorContext(
    {
      node: {
        hostname: patient.hostname ?? 'relay.contoso.com',
        data: '/tmp',
        minimumFree: patient.minimumFree ?? 1,
        egress: [...(patient.egress ?? [])],
        listeners: (patient.listeners ?? []) as never,
      },
      environment: testEnvironment(environment),
      policy,
      identity: {
        pairs: patient.listenerPem === undefined ? [] : [{ certificate: patient.listenerPem, key: '' }],
      },
      secretsOf: () => secrets,
    },
    patient.egressHistory ?? [],
  );
  try {
    const context = patient.change?.(given.context) ?? given.context;
    const chosen = checks.filter(({ name }) => names.includes(name));
    if (chosen.length !== names.length) throw new Error(`no such checks: ${names.join(', ')}`);
    const findings = await runChecks(chosen, context, new AbortController().signal);
    return toldBy(findings[0]);
  } finally {
    await given.close();
  }
}

function toldBy(finding: Finding | undefined): Told {
  if (!finding || finding.state === 'ok')
    return { cause: `nothing: ${finding?.evidence ?? 'no finding'}`, mend: '' };
  return { cause: finding.evidence, mend: finding.advice ?? '' };
}

/** What the tester tells at the step that fails first, or that is worth a word. */
export async function talk(patient: Patient, envelope: { from?: string; to?: string } = {}): Promise<Told> {
  const { secrets = {}, environment = {} } = patient;
  const config = [...policyOf(patient).connectors.values()][0]?.config;
  if (!config) throw new Error('the patient has no connector');
  const way = wayOf(config, { ...testEnvironment(environment), secrets });
  try {
    const { steps } = await hold(
      { kind: 'way', way, reach: 'policy' },
      {
        title: 'test',
        clock: systemClock,
        sender: envelope.from === undefined ? undefined : mailbox(envelope.from),
        recipient: envelope.to === undefined ? undefined : mailbox(envelope.to),
        signal: AbortSignal.timeout(20_000),
        told: () => undefined,
      },
    );
    const found =
      steps.find(({ outcome }) => outcome === 'fail') ?? steps.find(({ outcome }) => outcome === 'warn');
    return { cause: found?.explained ?? 'nothing', mend: found?.advice ?? '' };
  } finally {
    await way.close();
  }
}

function policyOf({ connectors = [], sources = [] }: Patient) {
  const document = policySchema.parse({
    tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
    connectors,
    sources,
  });
  return compilePolicy(document, 1).policy;
}

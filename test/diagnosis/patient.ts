/** A configuration to be looked at, and what doctor, tester and explainer find first. */
import { policySchema } from '../../src/config/policy-schema.ts';
import type { ConnectorSecrets } from '../../src/connector/environment.ts';
import { testEnvironment } from '../../src/connector/testing/delivery.ts';
import type { ConnectorEnvironment } from '../../src/connector/environment.ts';
import { wayOf } from '../../src/connector/way/way.ts';
import type { RelayContext } from '../../src/diagnostics/doctor/check.ts';
import { checks } from '../../src/diagnostics/doctor/registry.ts';
import type { Finding } from '../../src/diagnostics/doctor/run.ts';
import { runChecks } from '../../src/diagnostics/doctor/run.ts';
import { hold } from '../../src/diagnostics/conversation/hold.ts';
import { testMessage } from '../../src/diagnostics/conversation/test-message.ts';
import { explainText } from '../../src/diagnostics/explainer/explain-text.ts';
import { doctorContext } from '../../src/main/diagnosis/doctor-context.ts';
import { instant, systemClock } from '../../src/platform/clock.ts';
import { compilePolicy } from '../../src/policy/compile.ts';
import { mailbox } from '../../src/protocol/address.ts';

export interface Patient {
  readonly connectors?: readonly Record<string, unknown>[];
  readonly sources?: readonly Record<string, unknown>[];
  readonly secrets?: ConnectorSecrets;
  readonly environment?: Partial<ConnectorEnvironment>;
  readonly egress?: readonly string[];
  readonly listeners?: readonly Record<string, unknown>[];
  readonly hostname?: string;
  readonly minimumFree?: number;
  readonly listenerPem?: string;
  /** What a relay that runs would tell. */
  readonly relay?: Partial<RelayContext>;
}

export interface Told {
  /** `doctor CHECK`, `tester STEP CODE` or `explainer ID`. */
  readonly id: string;
  readonly cause: string;
  readonly mend: string;
}

/** What the doctor tells first, of all its checks. */
export async function examine(patient: Patient): Promise<Told> {
  const { secrets = {}, environment = {} } = patient;
  const policy = policyOf(patient);
  const relay = patient.relay && {
    selfTest: () => Promise.resolve([]),
    quotas: () => [],
    tlsSeen: () => [],
    ...patient.relay,
  };
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
      ...(relay && { relay }),
    },
    [],
  );
  try {
    const { context } = given;
    const chosen = checks.filter(({ needsRelay }) => relay !== undefined || needsRelay !== true);
    const findings = await runChecks(chosen, context, new AbortController().signal);
    return toldBy(findings[0]);
  } finally {
    await given.close();
  }
}

/** What a finding tells. */
export function toldBy(
  finding:
    | (Pick<Finding, 'id' | 'state' | 'evidence'> & { readonly advice?: string | undefined })
    | undefined,
): Told {
  if (!finding || finding.state === 'ok')
    return { id: 'nothing', cause: `nothing: ${finding?.evidence ?? 'no finding'}`, mend: '' };
  return { id: `doctor ${finding.id}`, cause: finding.evidence, mend: finding.advice ?? '' };
}

export interface Asked {
  readonly from?: string;
  readonly to?: string;
  /** A test message is sent. */
  readonly send?: true;
}

/** What the tester tells at the step that fails first, or else at the first that is worth a word. */
export async function talk(patient: Patient, { from, to, send }: Asked = {}): Promise<Told> {
  const { secrets = {}, environment = {} } = patient;
  const config = [...policyOf(patient).connectors.values()][0]?.config;
  if (!config) throw new Error('the patient has no connector');
  const way = wayOf(config, { ...testEnvironment(environment), secrets });
  const content = testMessage({
    from: from ?? '',
    to: to ?? '',
    hostname: 'relay.contoso.com',
    id: 'FAULT',
    by: 'test',
    at: instant(Date.UTC(2026, 10, 23)),
    about: 'a fault',
  });
  try {
    const { steps } = await hold(
      { kind: 'way', way, reach: 'policy' },
      {
        title: 'test',
        clock: systemClock,
        sender: from === undefined ? undefined : mailbox(from),
        recipient: to === undefined ? undefined : mailbox(to),
        ...(send && { content }),
        signal: AbortSignal.timeout(60_000),
        told: () => undefined,
      },
    );
    const found =
      steps.find(({ outcome }) => outcome === 'fail') ?? steps.find(({ outcome }) => outcome === 'warn');
    return {
      id: `tester ${found?.step ?? 'nothing'} ${found?.code ?? ''}`.trim(),
      cause: found?.explained ?? 'nothing',
      mend: found?.advice ?? '',
    };
  } finally {
    await way.close();
  }
}

/** What the explainer tells of a text. */
export async function explain(text: string): Promise<Told> {
  const found = await explainText(text);
  return {
    id: `explainer ${found?.id ?? 'nothing'}`,
    cause: `${found?.meaning ?? ''} ${found?.cause.join(' ') ?? ''}`,
    mend: found?.fix.join('\n') ?? '',
  };
}

function policyOf({ connectors = [], sources = [] }: Patient) {
  const document = policySchema.parse({
    tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
    connectors,
    sources,
  });
  return compilePolicy(document, 1).policy;
}

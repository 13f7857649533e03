/** Test bench and doctor of one relay. */
import type { TestBenchControl } from '../../admin/test-bench/test-bench-control.ts';
import type { LoadedNodeConfig } from '../../config/load.ts';
import type { ConnectorEnvironment, ConnectorSecrets } from '../../connector/environment.ts';
import type { Delivery } from '../../delivery/delivery.ts';
import type { RelayContext } from '../../diagnostics/doctor/check.ts';
import { Doctor, countsOf } from '../../diagnostics/doctor/doctor.ts';
import { checks } from '../../diagnostics/doctor/registry.ts';
import { selfTest } from '../../diagnostics/self-test/self-test.ts';
import type { VisitOptions } from '../../listener/visit.ts';
import type { Events } from '../../observe/events.ts';
import type { NewId } from '../../platform/random.ts';
import type { TlsIdentity } from '../../platform/tls.ts';
import type { Policy } from '../../policy/policy.ts';
import type { PolicyHolder } from '../../policy/holder.ts';
import type { Store } from '../../store/store.ts';
import type { TrafficControl } from '../../admin/context.ts';
import { rehearser } from '../rehearser.ts';
import { doctorContext } from './doctor-context.ts';
import { listenerTarget } from './listener-target.ts';
import { openTestBench } from './test-bench.ts';

export interface DiagnosisParts {
  readonly node: LoadedNodeConfig;
  readonly store: Store;
  readonly events: Events;
  readonly environment: Omit<ConnectorEnvironment, 'secrets'>;
  readonly policy: PolicyHolder;
  readonly identity: TlsIdentity;
  readonly newId: NewId;
  readonly delivery: Pick<Delivery, 'status'>;
  readonly traffic: Pick<TrafficControl, 'sightings'>;
  readonly visit: Omit<VisitOptions, 'config' | 'hostname' | 'events'>;
  readonly secretsOf: (connector: string) => ConnectorSecrets;
  listeners(): readonly { readonly name: string; readonly address: string }[];
}

export interface Diagnosis extends AsyncDisposable {
  readonly testBench: TestBenchControl;
  readonly doctor: Doctor;
}

export async function openDiagnosis(parts: DiagnosisParts): Promise<Diagnosis> {
  const { environment, policy, events, store } = parts;
  const testBench = await openTestBench({
    ...parts,
    listenerTarget: (asked, question) => listenerTarget(parts, asked, question),
  });
  const doctor = await Doctor.open({
    clock: environment.clock,
    store,
    checks,
    context: (egress) => doctorContext({ ...parts, policy: policy.current, relay: relayOf(parts) }, egress),
    onRun: ({ by, ms, findings }, { changes }) => {
      const worse = changes
        .filter(({ to }) => to === 'fail' || to === 'warn')
        .map(({ id, to }) => `${id}: ${to}`);
      events.emit({ kind: 'doctor-run', by, ms, ...countsOf(findings), changed: worse.join(', ') });
    },
    onFault: (error) => {
      const text = error instanceof Error ? error.message : String(error);
      events.emit({ kind: 'fault', where: 'doctor', text });
    },
  });
  return {
    testBench,
    doctor,
    [Symbol.asyncDispose]: () => doctor[Symbol.asyncDispose](),
  };
}

function relayOf(parts: DiagnosisParts): RelayContext {
  const { node, policy, environment, delivery, traffic } = parts;
  const talk = rehearser(node, parts.visit);
  return {
    selfTest: () =>
      selfTest({
        policy: policy.current,
        now: environment.clock.now(),
        domain: ownDomain(policy.current) ?? node.hostname,
        listeners: parts.listeners(),
        talk,
      }),
    quotas: () =>
      delivery.status().connectors.flatMap(({ name, quotas }) =>
        quotas.map(({ quota, used, limit, runsOutAt }) => ({
          connector: name,
          quota,
          used,
          limit,
          ...(runsOutAt !== undefined && { runsOutAt }),
        })),
      ),
    tlsSeen: () =>
      traffic.sightings
        .all()
        .flatMap(({ key, tls }) => tls.map(({ version, lastAt }) => ({ source: key, version, lastAt }))),
  };
}

function ownDomain({ connectors }: Policy): string | undefined {
  const tenant = [...connectors.values()].map(({ config }) => config.tenant).find((one) => one !== undefined);
  return tenant?.acceptedDomains[0] ?? tenant?.domain;
}

/** `relay365 doctor`: asks the running relay, or looks from the configuration alone where none runs. */
import type { DoctorRun } from '../../contract/schemas.ts';
import { runView } from '../admin/doctor/doctor-handlers.ts';
import { countsOf, Doctor, worstOf } from '../diagnostics/doctor/doctor.ts';
import { checks } from '../diagnostics/doctor/registry.ts';
import { doctorContext } from '../main/diagnosis/doctor-context.ts';
import { identityAtHand } from '../main/identity.ts';
import { readPolicy } from '../main/policy-reader.ts';
import { SignInFiles } from '../main/sign-ins.ts';
import { systemClock } from '../platform/clock.ts';
import { createDns } from '../platform/dns.ts';
import { systemRandom } from '../platform/random.ts';
import { loadPolicy } from '../policy/load-policy.ts';
import { formatFinding } from '../config/finding.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { countOf, write, writeJson } from './output.ts';
import { readConfig } from './read-config.ts';

interface Options extends ConfigOption {
  readonly json?: true;
  readonly check?: readonly string[];
  /** What the relay found last, without looking again. */
  readonly last?: true;
}

/** Exits with 1 where a check failed. */
export async function doctor(options: Options): Promise<void> {
  const found = options.last
    ? await lastOf(options)
    : ((await fromRelay(options)) ?? (await fromConfiguration(options)));
  const run = narrowed(found, options.check);
  if (run.counts.fail > 0) process.exitCode = exitCodes.other;
  if (options.json) {
    writeJson(run);
    return;
  }
  for (const finding of run.findings) {
    write(`${finding.state.toUpperCase().padEnd(8)}${finding.title}: ${finding.evidence}`);
    if (finding.advice !== undefined) write(`        to do: ${finding.advice}`);
    if (finding.state === 'ok') continue;
    for (const detail of finding.details) write(`        ${detail}`);
    write(`        see: ${finding.source}`);
  }
  const { fail, warn, ok, unknown } = run.counts;
  write(`${countOf(fail, 'failure')}, ${countOf(warn, 'warning')}, ${unknown} not known, ${ok} well`);
}

/** What was asked for alone: the relay remembers the other checks with it. */
function narrowed(run: DoctorRun, names: readonly string[] | undefined): DoctorRun {
  if (names === undefined) return run;
  const known = new Set(checks.map(({ name }) => name));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const words = `no such check: ${unknown.join(', ')}; there are ${[...known].join(', ')}`;
    throw new CommandFailure(exitCodes.other, words);
  }
  const findings = run.findings.filter(({ check }) => names.includes(check));
  return { ...run, findings, counts: countsOf(findings), state: worstOf(findings) };
}

async function lastOf(options: Options): Promise<DoctorRun> {
  const { last, running } = await (await connect(options)).call('doctor');
  if (last) return last;
  const now = running ? ', and it is at work now' : '';
  throw new CommandFailure(exitCodes.other, `the doctor of this relay has found nothing yet${now}`);
}

/** `undefined`: no relay answers. */
async function fromRelay(options: Options): Promise<DoctorRun | undefined> {
  try {
    const client = await connect(options);
    const body = options.check === undefined ? {} : { checks: [...options.check] };
    const pieces: string[] = [];
    for await (const piece of client.download('runDoctor', { body })) pieces.push(piece);
    return JSON.parse(pieces.join('')) as DoctorRun;
  } catch (error) {
    const isSilent = error instanceof CommandFailure && error.exitCode === exitCodes.notReachable;
    // What is elsewhere cannot be looked at from the configuration here.
    if (isSilent && options.url === undefined) return undefined;
    throw error;
  }
}

async function fromConfiguration(options: Options): Promise<DoctorRun> {
  const { node } = await readConfig(options.config);
  if (node.policyOrigin.kind === 'managed') {
    throw new CommandFailure(
      exitCodes.notReachable,
      'the policy is kept by the relay, and no relay answers: start it, and ask again',
    );
  }
  const clock = systemClock;
  const environment = {
    clock,
    random: systemRandom(),
    dns: createDns(),
    hostname: node.hostname,
    signIns: new SignInFiles(node),
  };
  const reading = await readPolicy(await loadPolicy({ node, revision: 0, clock }), node.file, environment);
  if (reading.kind === 'faulty') {
    throw new CommandFailure(exitCodes.configuration, reading.findings.map(formatFinding).join('\n'));
  }
  const { policy, secrets } = reading.value;
  const identity = await identityAtHand(node);
  const silent = checks.filter(({ name, needsRelay }) => needsRelay && options.check?.includes(name));
  if (silent.length > 0) {
    const names = silent.map(({ name }) => name).join(', ');
    throw new CommandFailure(exitCodes.notReachable, `${names}: asks a relay that runs, and none answers`);
  }
  const nothing = { document: () => Promise.resolve(undefined), putDocument: () => Promise.resolve() };
  await using alone = await Doctor.open({
    clock,
    store: nothing,
    checks: checks.filter(({ needsRelay }) => needsRelay !== true),
    context: (egress) =>
      doctorContext(
        { node, environment, policy, identity, secretsOf: (name) => secrets.get(name) ?? {} },
        egress,
      ),
    onFault: () => undefined,
  });
  return runView(await alone.run('command', options.check));
}

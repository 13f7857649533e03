/** `relay365 check-config`: configuration, policy, and every file and secret they name; nothing is started. */
import type { Finding } from '../config/finding.ts';
import { formatFinding, hasErrors } from '../config/finding.ts';
import type { LoadedNodeConfig } from '../config/load.ts';
import { loadNodeConfig } from '../config/load.ts';
import { readPolicy } from '../main/policy-reader.ts';
import { SignInFiles } from '../main/sign-ins.ts';
import { createDns } from '../platform/dns.ts';
import { systemClock } from '../platform/clock.ts';
import { systemRandom } from '../platform/random.ts';
import { loadPolicy } from '../policy/load-policy.ts';
import { exitCodes } from './failure.ts';
import { write, writeJson } from './output.ts';

export async function checkConfig(options: { readonly config: string; readonly json?: true }): Promise<void> {
  const findings = await findingsOf(options.config);
  const valid = !hasErrors(findings);
  if (options.json) writeJson({ valid, findings });
  else {
    for (const finding of findings) write(formatFinding(finding));
    write(summary(options.config, findings));
  }
  if (!valid) process.exitCode = exitCodes.configuration;
}

/** All findings of the configuration and, where it can be read, of its policy. */
async function findingsOf(file: string): Promise<readonly Finding[]> {
  const loaded = await loadNodeConfig(file);
  if (loaded.kind === 'faulty') return loaded.findings;
  return [...loaded.findings, ...(await policyFindings(loaded.value))];
}

async function policyFindings(node: LoadedNodeConfig): Promise<readonly Finding[]> {
  const environment = {
    clock: systemClock,
    random: systemRandom(),
    dns: createDns(),
    hostname: node.hostname,
    signIns: new SignInFiles(node),
  };
  const loaded = await loadPolicy({ node, revision: 0, clock: systemClock });
  const file = node.policyOrigin.kind === 'file' ? node.policyOrigin.path : node.file;
  const reading = await readPolicy(loaded, file, environment);
  return reading.kind === 'ok' ? reading.value.findings : reading.findings;
}

function summary(file: string, findings: readonly Finding[]): string {
  const count = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity).length;
  const [errors, dangers, warnings] = [count('error'), count('danger'), count('warning')];
  if (errors > 0) return `${file}: ${errors} ${errors === 1 ? 'fault' : 'faults'}; relay365 would not start`;
  const notes = [
    ...(dangers > 0 ? [`${dangers} DANGEROUS ${dangers === 1 ? 'setting' : 'settings'}`] : []),
    ...(warnings > 0 ? [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`] : []),
  ];
  return `${file} is valid${notes.length > 0 ? `, with ${notes.join(' and ')}` : ''}`;
}

/** Reads the configuration for a command; a fault ends the command with exit code 2 and every fault with its place. */
import type { LoadedNodeConfig } from '../config/load.ts';
import { formatFinding, loadNodeConfig } from '../config/load.ts';
import { CommandFailure, exitCodes } from './failure.ts';

export interface ReadConfig {
  readonly node: LoadedNodeConfig;
  readonly data: string;
  /** Dangers and warnings, a line each. */
  readonly findings: readonly string[];
}

export async function readConfig(file: string): Promise<ReadConfig> {
  const loaded = await loadNodeConfig(file);
  const findings = loaded.findings.map(formatFinding);
  if (loaded.kind === 'faulty') throw new CommandFailure(exitCodes.configuration, findings.join('\n'));
  return { node: loaded.value, data: loaded.value.data, findings };
}

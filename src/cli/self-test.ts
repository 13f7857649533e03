/** `relay365 security self-test`: the classic ways of misusing a relay, tried on every listener of the running one. */
import type { SelfTest } from '../../contract/schemas/security.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { exitCodes } from './failure.ts';
import { write, writeJson } from './output.ts';

/** Exits with 1 where a probe was taken. */
export async function selfTest(options: ConfigOption & { readonly json?: true }): Promise<void> {
  const found = await (await connect(options)).call('selfTest');
  if (found.isOpen) process.exitCode = exitCodes.other;
  if (options.json) {
    writeJson(found);
    return;
  }
  for (const listener of found.listeners) describe(listener);
  write(
    found.isOpen
      ? 'this relay is OPEN: strangers can send through it. Narrow the source that is named above'
      : 'this relay is closed: every probe was refused',
  );
}

function describe({ listener, address, takenFor, probes }: SelfTest['listeners'][number]): void {
  const as = takenFor === undefined ? '' : `, taken for the source ${takenFor}`;
  write(`listener ${listener}, as a client from ${address}${as}`);
  for (const { verdict, title, steps } of probes) {
    write(`  ${verdict.padEnd(9)}${title}`);
    if (verdict !== 'taken') continue;
    for (const { line, reply } of steps) {
      write(`             C: ${line}`);
      write(`             S: ${reply}`);
    }
  }
}

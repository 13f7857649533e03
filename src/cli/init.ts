/** `relay365 init`: a few questions, then files that `check-config` accepts and `start` runs. */
import { access, mkdir, writeFile } from 'node:fs/promises';
import { hostname as systemName } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { prepareDataDirectory } from '../main/data-directory.ts';
import { generatedIdentity } from '../main/identity.ts';
import { systemClock } from '../platform/clock.ts';
import { atTerminal } from './at-terminal.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import type { Answers } from './init-files.ts';
import { faultsOf } from './init-check.ts';
import { nodeFile, policyFile } from './init-files.ts';
import { write } from './output.ts';
import { readConfig } from './read-config.ts';

interface InitOptions {
  readonly dir: string;
  readonly yes?: true;
  readonly force?: true;
  readonly hostname?: string;
  readonly address?: string;
  readonly port?: number;
  readonly network?: string;
  readonly sender?: string;
  readonly nextHop?: string;
}

// RFC 2606: a name that leads nowhere, so that mail waits until the real next hop is written in.
const nowhere = 'mail.example.net:25';

export async function init(options: InitOptions): Promise<void> {
  const directory = resolve(options.dir);
  const files = { node: join(directory, 'relay365.yaml'), policy: join(directory, 'policy.yaml') };
  if (!options.force) await refuseOverwriting(Object.values(files));
  if (!options.yes && !process.stdin.isTTY) {
    throw new CommandFailure(
      exitCodes.other,
      'init asks questions and needs a terminal: use --yes with options such as --next-hop instead',
    );
  }
  const answers = options.yes ? defaults(options) : await ask(options);
  const faults = faultsOf(answers);
  if (faults.length > 0) {
    throw new CommandFailure(exitCodes.configuration, ['nothing was written:', ...faults].join('\n  '));
  }
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(files.node, nodeFile(answers));
    // The policy may come to hold password hashes.
    await writeFile(files.policy, policyFile(answers), { mode: 0o600 });
  } catch (error) {
    throw new CommandFailure(
      exitCodes.other,
      `${directory} cannot be written to (${(error as Error).message}): choose another directory with --dir`,
      { cause: error },
    );
  }
  const { data, findings } = await readConfig(files.node);
  await prepareDataDirectory(data);
  await generatedIdentity(data, answers.hostname, systemClock);
  report(answers, directory, findings);
}

function report(answers: Answers, directory: string, findings: readonly string[]): void {
  const at = relative(process.cwd(), directory) || '.';
  for (const finding of findings) if (!isAboutName(finding, answers)) write(finding);
  write(
    `Written: ${join(at, 'relay365.yaml')}, ${join(at, 'policy.yaml')}, a certificate for ${answers.hostname} in ${join(at, 'data')}.`,
  );
  write(`${answers.network} may send from ${answers.sender}; everybody else is refused.`);
  write(
    answers.nextHop === nowhere
      ? `No next hop was named, so mail waits: write it into ${join(at, 'policy.yaml')} in place of ${nowhere}.`
      : `Mail leaves by ${answers.nextHop}.`,
  );
  if (!answers.hostname.includes('.')) {
    write(
      `${answers.hostname} has no domain: where a next hop wants a full name, write it as "hostname" into ${join(at, 'relay365.yaml')}.`,
    );
  }
  write(`Next: relay365 start --config ${join(at, 'relay365.yaml')}`);
}

/** Said at the end with what to do, and not as a fault of a file that was written a moment ago. */
function isAboutName(finding: string, { hostname }: Answers): boolean {
  return !hostname.includes('.') && finding.includes(': hostname: ');
}

async function refuseOverwriting(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    if (exists) throw new CommandFailure(exitCodes.other, `${file} is there already: --force overwrites it`);
  }
}

function defaults(given: InitOptions): Answers {
  const name = given.hostname ?? ownName();
  const network = given.network ?? '127.0.0.1';
  return {
    hostname: name,
    network,
    address: given.address ?? (isLoopback(network) ? '127.0.0.1' : '0.0.0.0'),
    port: given.port ?? 2525,
    sender: given.sender ?? `*@${domainOf(name)}`,
    nextHop: given.nextHop ?? nowhere,
  };
}

async function ask(given: InitOptions): Promise<Answers> {
  const { intro, isCancel, text } = await import('@clack/prompts');
  const proposed = defaults(given);
  const question = async (
    message: string,
    initialValue: string,
    validate?: (value: string) => string | undefined,
  ) => {
    const answer = await atTerminal((signal) =>
      text({
        message,
        initialValue,
        validate: (value) => (value?.trim() ? validate?.(value.trim()) : 'an answer is needed'),
        signal,
      }),
    );
    if (isCancel(answer)) throw new CommandFailure(exitCodes.other, 'nothing was written');
    return answer.trim();
  };
  intro('relay365');
  // Beside answers that are right, so that what is found is found in this one.
  const judged = (answer: (value: string) => Partial<Answers>) => (value: string) =>
    faultsOf({ ...defaults({ dir: given.dir }), ...answer(value) })[0];
  const name = await question(
    'Name of this relay, as devices know it, such as relay.contoso.com',
    proposed.hostname,
    judged((hostname) => ({ hostname })),
  );
  const port = await question(
    'Port to listen on (25 needs the right to do so)',
    String(proposed.port),
    (value) =>
      /^\d{1,5}$/.test(value) && Number(value) > 0 && Number(value) < 65_536
        ? undefined
        : 'a port from 1 to 65535',
  );
  const network = await question(
    'Who may send: address or range, such as 10.20.4.0/28',
    proposed.network,
    judged((value) => ({ network: value })),
  );
  const sender = await question(
    'Sender addresses it may use, such as *@contoso.com',
    given.sender ?? `*@${domainOf(name)}`,
    judged((value) => ({ sender: value })),
  );
  const nextHop = await question(
    'Where mail goes: host or host:port',
    given.nextHop ?? '',
    judged((value) => ({ nextHop: value })),
  );
  return {
    hostname: name,
    port: Number(port),
    network,
    sender,
    nextHop,
    address: given.address ?? (isLoopback(network) ? '127.0.0.1' : '0.0.0.0'),
  };
}

function ownName(): string {
  const name = systemName().toLowerCase();
  return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name) ? name : 'localhost';
}

/** What follows the first label, where that is still a domain. */
function domainOf(name: string): string {
  const rest = name.split('.').slice(1).join('.');
  return rest.includes('.') ? rest : name;
}

function isLoopback(network: string): boolean {
  return network.startsWith('127.') || network === '::1' || network === '::1/128';
}

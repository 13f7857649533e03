/** Examples that the help and docs/cli.md show, by command. Addresses and names are those of documentation (RFC 2606, RFC 5737). */
import type { Command } from 'commander';

export interface Example {
  /** Without `relay365`. */
  readonly line: string;
  readonly does: string;
}

const of = (line: string, does: string): Example => ({ line, does });

export const examples: Readonly<Record<string, readonly Example[]>> = {
  quickstart: [
    of('quickstart', 'try everything on this machine; nothing leaves it'),
    of('quickstart --once', 'send the samples, tell what became of them, and end'),
  ],
  init: [
    of('init --dir my-relay', 'ask a few questions and write the files'),
    of('init --dir my-relay --yes --hostname relay.contoso.com', 'ask nothing'),
  ],
  'import postfix': [
    of('import postfix /etc/postfix --domain contoso.com', 'what the old relay permits, and a policy for it'),
    of(
      'import postfix main.cf --log mail.log --domain contoso.com --out policy.yaml',
      'one source for each client that really sends',
    ),
  ],
  'check-config': [
    of('check-config --config my-relay/relay365.yaml', 'faults and dangers, with their lines'),
  ],
  start: [of('start --config my-relay/relay365.yaml', 'run it until Ctrl+C')],
  status: [
    of('status --config my-relay/relay365.yaml', 'the relay of this machine'),
    of('status --url https://relay.contoso.com:8365 --token-file token', 'a relay elsewhere'),
  ],
  watch: [of('watch --json', 'one JSON object a line, for a pipe')],
  stats: [of('stats --range day --by source', 'who sent how much since yesterday')],
  trace: [
    of('trace 01KB5Q3V8Y6ZJ0C2N4RTXW7DHE', 'what became of the message or refusal with this reference'),
    of('trace scan --sender "*@contoso.com" --from 2027-03-01', 'find a lost scan'),
    of('trace --result failed --export csv', 'all that failed, as a table'),
    of('trace --search invoices --last day', 'what a saved search finds of the last 24 hours'),
  ],
  'search save': [
    of('search save invoices "invoice*" --source erp', 'for "relay365 trace --search invoices"'),
    of('search save "failed today" --result undelivered --last day --shared', 'for everybody'),
  ],
  'queue list': [of('queue list --state held', 'what an operator keeps back')],
  'queue act': [
    of('queue act retry --connector microsoft-365', 'try everything that waits for a connector now'),
    of(
      'queue act delete --sender "*@old.contoso.com" --dry-run',
      'how much it would be, and who would be told',
    ),
    of('queue act delete --sender "*@old.contoso.com" --yes', 'do it without being asked'),
  ],
  'queue resend': [
    of('queue resend 01KB5Q3V8Y6ZJ0C2N4RTXW7DHE --to office@contoso.com', 'send it again to somebody else'),
  ],
  'events list': [of('events list --text 192.0.2.7', 'what was refused to one client')],
  explain: [
    of(
      'explain "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP"',
      'a reply',
    ),
    of('explain --file returned.eml', 'a returned message'),
  ],
  'source add': [of('source add --file printer.yaml', 'one entry as policy.yaml has it')],
  'source import': [
    of('source import sources.csv', 'say what the table would change'),
    of('source import sources.csv --apply', 'put it in force, as one revision'),
  ],
  'strangers allow': [
    of('strangers allow 192.0.2.7', 'show the least rights that let it in, and what would pass'),
    of('strangers allow 192.0.2.7 --until 2027-06-30 --yes', 'put them in force for a time'),
  ],
  'cut-over start': [
    of('cut-over start --network 10.20.0.0/16 --until 2027-03-05', 'lose nothing while devices are moved'),
  ],
  'connector suspend': [
    of('connector suspend microsoft-365 --until 2027-03-05T06:00:00Z --reason maintenance', 'its mail waits'),
  ],
  'connector validate': [
    of(
      'connector validate microsoft-365 --to me@contoso.com --canary ceo@contoso.com',
      'send one, and prove least privilege',
    ),
  ],
  'policy simulate': [
    of(
      'policy simulate a@contoso.com --address 192.0.2.7 --sender scanner@contoso.com',
      'would it be taken, and why',
    ),
  ],
  'policy restore': [
    of('policy restore 12 --dry-run', 'what it would change'),
    of('policy restore 12', 'put it in force again'),
  ],
  doctor: [of('doctor --check spf token', 'only these checks')],
  'test conversation': [
    of(
      'test conversation --connector microsoft-365 --sender scanner@contoso.com --recipient me@contoso.com',
      'step by step, sending nothing',
    ),
    of(
      'test conversation --as 10.20.0.15 --certificate press.pem --sender press@contoso.com',
      'as a device that shows this certificate',
    ),
  ],
  'alerts set': [
    of('alerts set queue-age after=2h --severity critical', 'another threshold'),
    of('alerts set source-silent --off', 'do not watch it'),
  ],
  'alerts mute': [
    of('alerts mute queue-age --for 2h --reason "move of the data centre"', 'tell nobody meanwhile'),
  ],
  'user add': [of('user add alex --role administrator', 'the first account, or another')],
  'account add-totp': [of('account add-totp alex', 'shows a code to scan, and asks for a first one')],
  'token add': [of('token add monitoring --role viewer --expires 2030-12-31', 'printed this once')],
  'backup verify': [
    of(
      'backup verify backups/relay365-2027-03-05.backup --passphrase-file passphrase',
      'here, without a relay',
    ),
    of('backup verify relay365-2027-03-05.backup --by-relay', 'by the running relay'),
  ],
  completion: [
    of('completion bash', 'print the script; source <(relay365 completion bash) in ~/.bashrc uses it'),
    of('completion zsh', 'likewise for zsh'),
  ],
};

/** Adds them to the help of each command. Throws where a command is not there. */
export function addExamples(program: Command): void {
  for (const [path, list] of Object.entries(examples)) {
    const command = commandAt(program, path);
    if (!command) throw new Error(`examples.ts names a command that is not there: ${path}`);
    const lines = list.map(({ line, does }) => `  relay365 ${line}\n      ${does}`);
    command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
  }
}

export function commandAt(program: Command, path: string): Command | undefined {
  return path
    .split(' ')
    .reduce<Command | undefined>((at, name) => at?.commands.find((one) => one.name() === name), program);
}

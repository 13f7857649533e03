/** Under which heading the help lists each command, in the order in which a newcomer meets them. */
import type { Command } from 'commander';

export interface Group {
  readonly title: string;
  readonly commands: readonly string[];
}

export const groups: readonly Group[] = [
  {
    title: 'Begin here',
    commands: ['quickstart', 'init', 'import', 'check-config', 'start', 'setup', 'sandbox'],
  },
  {
    title: 'How it does',
    commands: ['status', 'health', 'watch', 'stats', 'limits', 'node', 'alerts'],
  },
  { title: 'Find and move mail', commands: ['trace', 'search', 'queue', 'events', 'explain'] },
  {
    title: 'Who may send, and how mail leaves',
    commands: ['source', 'strangers', 'cut-over', 'connector', 'policy', 'microsoft365'],
  },
  { title: 'Find out what is wrong', commands: ['doctor', 'test', 'transcripts', 'review'] },
  {
    title: 'Protect it',
    commands: ['security', 'exit-plan', 'certificates', 'user', 'account', 'session', 'token', 'audit'],
  },
  { title: 'Keep it in order', commands: ['calendar', 'report', 'backup', 'retention'] },
  { title: 'In the shell', commands: ['completion'] },
];

/** Throws where a command has no group, or a group no command. */
export function applyGroups(program: Command): void {
  const titles = new Map(
    groups.flatMap(({ title, commands }) => commands.map((name) => [name, title] as const)),
  );
  const order = [...titles.keys()];
  program.helpOption('-h, --help', 'this help').commandsGroup('In the shell:');
  for (const command of program.commands) {
    const title = titles.get(command.name());
    if (title === undefined) throw new Error(`the command ${command.name()} stands in no group of groups.ts`);
    command.helpGroup(`${title}:`);
  }
  const place = (command: Command): number => order.indexOf(command.name());
  // The help lists groups as it first meets one of them.
  (program.commands as Command[]).sort((a, b) => place(a) - place(b));
}

/** docs/cli.md: every command with its options and examples, from the definitions themselves. */
import type { Argument, Command, Option } from 'commander';
import { examples } from './examples.ts';
import { groups } from './groups.ts';
import { whichRelay } from './options.ts';
import { createProgram } from './program.ts';

export function renderCommandReference(): string {
  const program = createProgram();
  const sections = groups.flatMap(({ title, commands }) => {
    const found = commands.flatMap((name) => program.commands.filter((one) => one.name() === name));
    return [`## ${title}`, ...found.flatMap((command) => leaves(command, command.name()))];
  });
  return `${[intro, ...sections].join('\n\n')}\n`;
}

const intro = `<!-- Made from the commands themselves by npm run docs. -->
# Commands

\`relay365 COMMAND --help\` prints the same for one command. In a checkout the program is \`bin/relay365\`.

Commands that concern one relay take \`--config FILE\` (default: \`relay365.yaml\` in the working directory) and find address
and token of the running relay by it. A relay elsewhere is named by \`--url\`; the token is read from \`--token-file\`
or from the environment variable \`RELAY365_TOKEN\`, and never from the command line, where other users of the machine could
read it. It is sent over HTTPS or to this machine alone; \`--ca\` names the PEM file that vouches for a certificate which the
system does not trust. \`RELAY365_URL\`, \`RELAY365_TOKEN_FILE\` and \`RELAY365_CA\` stand for these options; an option that is
typed goes before them.

\`--json\` prints what the [admin API](api.md) answers. What cannot be taken back asks at a terminal, with the number of
messages that it concerns; \`--yes\` asks nothing. Where nobody can be asked, a command that names one thing does it, and one
that concerns whatever fits needs \`--yes\`.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | not done, or what was looked at is not well; standard error says what |
| 2 | a fault of the configuration or of the policy, with its place |
| 3 | no relay answers |`;

function leaves(command: Command, path: string): readonly string[] {
  if (command.commands.length === 0) return [section(command, path)];
  return command.commands.flatMap((one) => leaves(one, `${path} ${one.name()}`));
}

function section(command: Command, path: string): string {
  const shared = command.options.filter((option) => option.helpGroupHeading === whichRelay);
  const own = command.options.filter((option) => option.helpGroupHeading !== whichRelay && !option.hidden);
  const usage = ['relay365', path, ...command.registeredArguments.map(argumentText)].join(' ');
  const rows = [
    ...command.registeredArguments.filter(({ description }) => description !== '').map(argumentRow),
    ...own.map(optionRow),
  ];
  const shown = (examples[path] ?? []).map(({ line, does }) => `- \`relay365 ${line}\`: ${does}`);
  const which =
    shared.length > 1 ? 'Takes `--config`, `--url`, `--token-file` and `--ca`.' : 'Takes `--config`.';
  return [
    `### \`${usage}\``,
    sentence(command.description()),
    ...(rows.length > 0 ? [['| | |', '| --- | --- |', ...rows].join('\n')] : []),
    ...(shared.length > 0 ? [which] : []),
    ...(shown.length > 0 ? [shown.join('\n')] : []),
  ].join('\n\n');
}

function argumentText(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}

function argumentRow(argument: Argument): string {
  const choices = argument.argChoices === undefined ? '' : `: ${argument.argChoices.join(', ')}`;
  return `| \`${argument.name()}\` | ${cell(argument.description)}${choices} |`;
}

function optionRow({ flags, description, argChoices, defaultValue, mandatory }: Option): string {
  const remarks = [
    ...(argChoices === undefined ? [] : [argChoices.join(', ')]),
    ...(mandatory ? ['needed'] : []),
    ...(defaultValue === undefined || defaultValue === false ? [] : [`default ${String(defaultValue)}`]),
  ];
  const more = remarks.length === 0 ? '' : ` (${remarks.join('; ')})`;
  return `| \`${flags}\` | ${cell(description)}${more} |`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

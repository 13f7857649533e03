/**
 * `relay365 completion bash|zsh`: a script for the shell, made from the commands and their options. It asks nothing while
 * somebody types, so values such as names of sources are not completed, only those that a command knows by itself.
 */
import type { Command, Option } from 'commander';
import { write } from './output.ts';

/** zsh runs the script for bash by its own emulation (`bashcompinit`). */
export function completion(shell: 'bash' | 'zsh', program: Command): void {
  if (shell === 'zsh') write('#compdef relay365\nautoload -U +X bashcompinit && bashcompinit');
  write(bashScript(program));
}

function bashScript(program: Command): string {
  const cases = allOf(program).map(([path, command]) => `    '${path}') words='${wordsOf(command)}' ;;`);
  const values = choicesOf(program).map(
    ([path, flag, choices]) => `    '${path} ${flag}') words='${choices.join(' ')}' ;;`,
  );
  return [
    '_relay365() {',
    '  local path="" word words="" current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" i',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    word="${COMP_WORDS[i]}"',
    '    case "${path:+$path }$word" in',
    `      ${allOf(program)
      .slice(1)
      .map(([path]) => `'${path}'`)
      .join('|')}) path="\${path:+$path }$word" ;;`,
    '    esac',
    '  done',
    '  case "$path $before" in',
    ...values,
    '    *" --config"|*" --file"|*" --token-file"|*" --ca"|*" --key-file"|*" --passphrase-file"|*" --policy"|*" --dir"|*" --into")',
    // The shell's own completion of files (`-o default`) quotes names with spaces and goes on behind a directory.
    '      COMPREPLY=(); return ;;',
    '  esac',
    '  [ -n "$words" ] || case "$path" in',
    ...cases,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -o default -F _relay365 relay365',
  ].join('\n');
}

/** Commands and options that may come next. */
function wordsOf(command: Command): string {
  const options = command.options.filter((option) => !option.hidden).map(({ long }) => long ?? '');
  const choices = command.registeredArguments[0]?.argChoices ?? [];
  return [...command.commands.map((one) => one.name()), ...choices, ...options, '--help'].join(' ');
}

function choicesOf(program: Command): readonly (readonly [string, string, readonly string[]])[] {
  return allOf(program).flatMap(([path, command]) =>
    command.options
      .filter((option): option is Option & { argChoices: string[] } => option.argChoices !== undefined)
      .map(({ long, argChoices }) => [path, long ?? '', argChoices] as const),
  );
}

function allOf(command: Command, path = ''): readonly (readonly [string, Command])[] {
  return [
    [path, command] as const,
    ...command.commands.flatMap((one) => allOf(one, path === '' ? one.name() : `${path} ${one.name()}`)),
  ];
}

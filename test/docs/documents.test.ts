/** What the documents name exists: files, links, commands, configuration keys, steps of continuous integration. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { eventTable } from '../../src/observe/event-table.ts';
import { repository } from '../harness/child.ts';
import { documents } from './documents.ts';

const configurationReference = readFileSync(join(repository, 'docs/configuration.md'), 'utf8');
const folders = readdirSync(repository);

describe.each(documents.map((file) => [relative(repository, file), file]))('%s', (_, file) => {
  const text = readFileSync(file, 'utf8');

  test('has links that lead somewhere', () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)].map(([, target = '']) => target);
    const dead = links.filter(
      (target) => !/^https?:/.test(target) && !existsSync(join(dirname(file), decodeURI(target))),
    );
    expect(dead).toEqual([]);
  });

  test('names files that exist', () => {
    const named = [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]*)`/g)].map(([, path = '']) => path);
    const ours = named.filter((path) => folders.includes(path.split('/')[0] ?? ''));
    const missing = ours.filter((path) => !existsSync(join(repository, path)));
    expect(missing).toEqual([]);
  });

  test('names commands and options that exist', () => {
    const named = [...text.matchAll(/(?:`(?:bin\/)?relay365 |^bin\/relay365 )([a-z][^`\n]*)/gm)].map(
      ([, line = '']) => line,
    );
    expect(named.map(faultOf).filter((fault) => fault !== undefined)).toEqual([]);
  });

  test('names configuration keys that exist', () => {
    const named = [
      ...text.matchAll(/`((?:limits|logins|retention|shutdown|rewrite|retry|tls|store)\.(\w+))`/g),
    ];
    const unknown = named.filter(([, , key]) => !configurationReference.includes(`\n| \`${key}\` |`));
    expect(unknown.map(([, path]) => path)).toEqual([]);
  });

  test('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      readonly scripts: Record<string, string>;
    };
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test('docs/events.md and the program name the same events', () => {
  const page = readFileSync(join(repository, 'docs/events.md'), 'utf8');
  const named = [...page.matchAll(/^#{2,3} `([a-z-]+)`/gm)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(Object.keys(eventTable)));
});

test('the replies in the table of the README are those of docs/replies.md', () => {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8');
  const replies = readFileSync(join(repository, 'docs/replies.md'), 'utf8');
  const named = [...readme.matchAll(/^\| `(\d{3} [^`]+)` \|/gm)].map(([, reply = '']) => reply);
  expect(named.length).toBeGreaterThan(5);
  // The page writes `…` for the kind of address as well.
  expect(named.filter((reply) => !replies.includes(`\`${reply.replace('Sender …', '…')}\``))).toEqual([]);
});

test('continuous integration runs the commands of the README that are not run here', () => {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8');
  const steps = readFileSync(join(repository, '.ci/run'), 'utf8');
  const commands = [...readme.matchAll(/^npm .+$/gm)].map(([line]) => line);
  expect(commands).toEqual(['npm ci', 'npm start', 'npm test']);
  for (const command of commands) expect(steps).toMatch(new RegExp(`^(?:step \\w+ )?${command}\\b`, 'm'));
  expect(statSync(join(repository, '.ci/run')).mode & 0o100).not.toBe(0);
});

/** Why a line after `relay365` is no command of this program; words in capitals stand for values. */
function faultOf(line: string): string | undefined {
  let command: Command = createProgram();
  for (const word of line.split(/\s+/)) {
    if (word.startsWith('--')) {
      if (!command.options.some(({ long }) => long === word))
        return `${line}: ${command.name()} has no ${word}`;
      continue;
    }
    const next = command.commands.find((one) => one.name() === word);
    if (next) command = next;
    // A group such as `queue` does nothing by itself, so what follows it must be one of its commands.
    else if (command.commands.length > 0) return `${line}: ${command.name()} has no command ${word}`;
  }
  return undefined;
}

/** The fenced blocks of the documents work: every relay365 command is run against a relay made by the commands before. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { consoleSchema } from '../../src/config/console-schema.ts';
import { nodeSchema } from '../../src/config/node-schema.ts';
import { policySchema } from '../../src/config/policy-schema.ts';
import type { RelayProcess } from '../harness/child.ts';
import { repository, runCommand, startProcess } from '../harness/child.ts';
import { makeWorkspace } from '../harness/workspace.ts';
import { blocksOf, documents } from './documents.ts';

// Run by .ci/run (documents.test.ts looks), or by hand because they measure or stay in the foreground for their own port;
// the switches of the stand-in are tested beside it.
const elsewhere = /^(?:npm |bin\/relay365 sandbox\b|bin\/relay365 quickstart\b|curl .*\/switches$)/;

const lines = documents
  .flatMap((file) => blocksOf(file).map((block) => ({ file, block })))
  .filter(({ block }) => block.info === 'sh')
  .flatMap(({ file, block }) =>
    block.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ file: relative(repository, file), line })),
  );

test('every command line of the documents ends well, in the order of the pages', async () => {
  await using workspace = await makeWorkspace({ policy: '' });
  await using running: { relay?: RelayProcess } & AsyncDisposable = {
    async [Symbol.asyncDispose]() {
      await running.relay?.[Symbol.asyncDispose]();
    },
  };
  const ran: string[] = [];
  for (const { file, line } of lines.filter((one) => !elsewhere.test(one.line))) {
    if (line.startsWith('curl ') && running.relay) {
      const token = (await workspace.read('my-relay/data/admin.token')).trim();
      const asked = line
        .replace('curl ', 'curl --silent --show-error --fail ')
        .replaceAll('http://127.0.0.1:8365', running.relay.consoleUrl)
        .replaceAll('$TOKEN', token);
      const answer = await runCommand(['-c', asked], { file: 'sh', cwd: workspace.directory });
      expect({ file, line, ...answer }).toMatchObject({ code: 0, stderr: '' });
      ran.push(line);
      continue;
    }
    const [command, ...args] = line.split(' ');
    expect({ file, command }).toEqual({ file, command: 'bin/relay365' });
    if (args[0] === 'start') {
      running.relay = await startProcess(join(workspace.directory, args[2] ?? ''));
    } else {
      const given = args[0] === 'init' ? [...args, '--yes', '--hostname', 'relay.contoso.com'] : args;
      const result = await runCommand(given, {
        cwd: workspace.directory,
        input: 'a test value of a password\n',
      });
      // A trace of nothing ends with 1 and says so: no mail was sent here.
      const isEmptyTrace = args[0] === 'trace' && result.stderr.includes('nothing has happened yet');
      if (!isEmptyTrace) expect({ file, line, ...result }).toMatchObject({ code: 0, stderr: '' });
    }
    if (args[0] === 'init') await useFreePorts(join(workspace.directory, 'my-relay/relay365.yaml'));
    ran.push(args.slice(0, 2).join(' '));
  }
  expect(ran).toContain('queue list');
  expect(ran.length).toBeGreaterThan(10);
  // Each line is a process of its own, and there are dozens of them.
}, 300_000);

/** Tests run side by side, so the ports that `init` writes are not to be had. */
async function useFreePorts(file: string): Promise<void> {
  const document = parse(await readFile(file, 'utf8'));
  document.listeners[0].port = 0;
  document.console.port = 0;
  await writeFile(file, stringify(document));
}

test('the console in docs/console.md is one that the schema accepts', () => {
  const blocks = blocksOf(join(repository, 'docs/console.md')).filter(({ info }) => info === 'yaml');
  for (const { text } of blocks) expect(consoleSchema.safeParse(parse(text).console).error).toBeUndefined();
  expect(blocks).toHaveLength(2);
});

/** Their blocks are no policies. */
const otherwise = ['docs/sandbox.md', 'docs/console.md'];

const isNode = (text: string): boolean =>
  Object.keys(parse(text) as object).every((key) => key in nodeSchema.shape && key !== 'policy');

const documentsOfYaml = documents
  .flatMap((file) => blocksOf(file).map((block) => ({ file: relative(repository, file), ...block })))
  .filter(({ info, file }) => info.startsWith('yaml') && !otherwise.includes(file));

const nodes = documentsOfYaml.filter(({ text }) => isNode(text));
const policies = documentsOfYaml.filter(({ text }) => !isNode(text));

test.each(nodes)(
  'the part of relay365.yaml in $file, line $line, is one that the schema accepts',
  ({ text }) => {
    const rest = { hostname: 'relay.contoso.com', listeners: [{ name: 'devices', port: 0 }] };
    expect(nodeSchema.safeParse({ ...rest, ...(parse(text) as object) }).error).toBeUndefined();
  },
);

test.each(policies)('the policy in $file, line $line, is one that check-config accepts', async ({ text }) => {
  await using workspace = await makeWorkspace({ policy: text });
  expect(policySchema.safeParse(parse(text)).error).toBeUndefined();
  // Files and secrets that an example names are not there, and check-config looks for them.
  if (/\.(?:pem|key|secret|pfx)\b|\b(?:file|env): /.test(text)) return;
  const result = await runCommand(['check-config', '--config', workspace.configFile]);
  expect({ ...result }).toMatchObject({ code: 0, stderr: '' });
});

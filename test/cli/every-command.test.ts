/**
 * Every command is run once against a relay with mail in it, as lines and as JSON: each asks for the operation that
 * operations.ts says it does, and each answer is as the OpenAPI document says.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { createProgram } from '../../src/cli/program.ts';
import { asking } from '../harness/admin-ask.ts';
import { runCommand } from '../harness/child.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { leavesOf, pathOf } from './in-process.ts';
import { operations } from './operations.ts';
import { secondFactor } from './second-factor.ts';
import type { CommandWorld } from './world.ts';
import { Commands, sendOne, startCommandWorld } from './world.ts';

// Some of these start a dozen processes, and the machine may have other work.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

/** What needs no relay, and which test runs it. */
const elsewhere: Readonly<Record<string, string>> = {
  start: 'test/running/lifecycle.test.ts',
  'check-config': 'test/running/commands.test.ts',
  init: 'test/running/commands.test.ts',
  quickstart: 'src/cli/quickstart/quickstart.test.ts',
  sandbox: 'src/cli/sandbox/config.test.ts',
  explain: 'test/running/explain.test.ts',
  'source password': 'test/running/commands.test.ts',
  completion: 'test/cli/help.test.ts',
  'backup restore': 'test/cli/every-command.test.ts',
};

let world: CommandWorld;
let commands: Commands;
const run: Commands['run'] = (line, code) => commands.run(line, code);
const json: Commands['json'] = (line, code) => commands.json(line, code);
const both: Commands['both'] = (...lines) => commands.both(...lines);
const file = (name: string, value: object | string): Promise<string> =>
  world.workspace.write(name, typeof value === 'string' ? value : stringify(value));

beforeAll(async () => {
  world = await startCommandWorld();
  commands = new Commands(world);
});
afterAll(async () => world[Symbol.asyncDispose]());

test('policy: put in force, judged, compared, brought back', async () => {
  const path = await file('policy.yaml', world.policy);
  await both(`policy set ${path} --yes`, `policy check ${path}`, `policy preview ${path}`);
  await both('policy show', 'policy revisions', 'policy revision 1', 'policy diff 0 1');
  await both('policy restore 1 --dry-run', 'policy restore 1 --yes');
  await both('policy simulate a@fabrikam.example --sender scanner@contoso.com --address 127.0.0.1');
  // Its policy is in the store, so there is no file to read again.
  await run('policy reload', 1);
  const faulty = await file('faulty.yaml', 'sources: [{ nam: x }]');
  expect((await run(`policy preview ${faulty}`, 2)).stdout).toContain('it has faults');
  await run(`policy check ${faulty}`, 2);
});

test('import: an old relay is shown, written down, and put in force where that is said', async () => {
  const old = await file('main.cf', 'mynetworks = 10.20.0.15\nrelay_domains = contoso.com\n');
  const out = join(world.workspace.directory, 'imported.yaml');
  expect((await run(`import postfix ${old} --out ${out}`)).stdout).toContain('- 10.20.0.15 # ');
  expect((await run(`policy check ${out}`)).stdout).toContain('is a valid policy');
  expect((await run(`import postfix ${old} --out ${out}`, 1)).stderr).toContain('does not exist');
  expect(await json(`import postfix ${old}`)).toMatchObject({ proposal: { sources: { length: 1 } } });
  const before = await json('policy show');
  expect((await run(`import postfix ${old} --apply`, 1)).stderr).toContain('nothing was done');
  expect(await json('policy show')).toEqual(before);
  expect((await run(`import postfix ${old} --apply --yes`)).stdout).toContain('sources added: mynetworks');
  expect(await json('source list')).toMatchObject({ items: [{ name: 'mynetworks' }] });
  await run('policy restore 1 --yes');
});

test('queue and trace: one message and many', async () => {
  const relayed = await sendOne(world, 'now@fabrikam.example');
  const [first, second, third, fourth] = await Promise.all(
    ['later1', 'later2', 'later3', 'later4'].map((name) => sendOne(world, `${name}@fabrikam.example`)),
  );
  await world.relay.event('settled', ({ id }) => id === relayed);
  await both('queue list', `queue show ${first}`, 'queue groups', `queue headers ${relayed}`);
  await both(`queue content ${first}`);
  expect((await run(`queue content ${first} --html`)).stdout).toContain('One line.');
  await both('trace', `trace ${relayed}`, 'trace --recipient later?@*');
  expect((await run('trace --export ndjson')).stdout.trim().split('\n')).toHaveLength(5);
  expect(JSON.parse((await run('trace --export json')).stdout)).toHaveLength(5);
  await both('search save later --recipient later?@* --last day --shared', 'search list');
  expect(await json('trace --search later')).toMatchObject({ messages: { length: 4 } });
  expect(await json('trace --search LATER --recipient later1@*')).toMatchObject({ messages: { length: 1 } });
  expect(JSON.parse((await run('trace --search later --export json')).stdout)).toHaveLength(4);
  expect((await run('trace --search lost', 1)).stderr).toContain('no saved search "lost"');
  expect((await run('search save nothing', 1)).stderr).toContain('narrows the list by something');
  expect((await run('search remove later --yes')).stdout).toContain('is removed');
  expect((await run('search remove later --json', 1)).stderr).toContain('there is no saved search');
  expect((await run(`queue hold ${first} --reason test`)).stdout).toContain('is held');
  expect((await run(`queue release ${first}`)).stdout).toContain('is released');
  expect(await json(`queue hold ${second}`)).toMatchObject({ result: 'done' });
  expect(await json(`queue release ${second}`)).toMatchObject({ result: 'done' });
  await settled(`queue retry ${third}`);
  await settled(`queue reroute ${third} next-hop`);
  await settled(`queue reroute ${third} --json`);
  expect(await json(`queue resend ${first} --to other@fabrikam.example`)).toMatchObject({ result: 'done' });
  await settled(`queue cancel ${first} later1@fabrikam.example --without-notice --json`);
  await settled(`queue delete ${second} --without-notice`);
  await settled(`queue act hold ${third} ${fourth}`, 'hold: 2 messages');
  await both('queue act delete --recipient later* --dry-run');
  expect((await run('queue act delete --recipient later*', 1)).stderr).toMatch(
    /^nothing was done: it would give up 2 messages, and tell 2 senders; --yes does it\n$/,
  );
  expect((await run('queue act delete --recipient later* --yes --without-notice')).stdout).toContain(
    'delete: 2 messages',
  );
});

/** What was released or is tried again is under way for a moment, and the relay says so. */
async function settled(line: string, words = ''): Promise<void> {
  await expect
    .poll(async () => (await commands.any(line)).stdout, { timeout: 120_000, message: line })
    .toMatch(words === '' ? /./ : words);
}

test('what happens, and what was refused', async () => {
  await using talk = await SmtpTalk.open(world.relay.port);
  await talk.say('EHLO copier');
  await talk.pipeline('MAIL FROM:<stranger@fabrikam.example>', 'RCPT TO:<a@fabrikam.example>');
  const { ref } = await world.relay.event('refused');
  await both('status', 'stats --range day --by source', 'health', 'events list', `events show ${ref}`);
  await both('security overview', 'node list', 'retention', 'setup', 'limits', 'certificates');
  await both('calendar', 'report', 'exit-plan', 'review list', 'source seen scanner');
  const month = new Date().toISOString().slice(0, 7);
  await both(`report ${month}`);
  expect((await run(`report ${month} --csv`)).stdout).toContain('scanner');
  expect((await run('calendar --ics')).stdout).toContain('BEGIN:VCALENDAR');
  for (const verb of ['show', 'accept', 'dismiss', 'reopen'])
    expect((await run(`review ${verb} 01KB0000000000000000000000`, 1)).stderr).toContain('Not found');
  await both('review blocks');
  expect((await run('review unblock 2001:db8:0:7::/64', 1)).stderr).toContain('does not block');
  expect((await run('security unlock nobody', 1)).stderr).toContain('Not found');
  expect((await json('security self-test')) as object).toMatchObject({ isOpen: false });
  expect((await run('watch --count 1')).stdout).toMatch(/accepted \d+, relayed \d+/);
  expect(JSON.parse((await run('watch --count 1 --json')).stdout)).toHaveProperty('queue');
});

test('strangers and cut-over', async () => {
  await using talk = await SmtpTalk.open(world.relay.port);
  await talk.say('EHLO copier');
  await json('source remove scanner');
  await using later = await SmtpTalk.open(world.relay.port);
  await later.say('EHLO copier');
  await later.pipeline('MAIL FROM:<copier@contoso.com>', 'RCPT TO:<a@fabrikam.example>');
  await both('strangers list', 'strangers allow 127.0.0.1');
  await both('strangers ignore 127.0.0.1 --note test', 'strangers decisions');
  expect((await run('strangers forget 127.0.0.1')).stdout).toContain('nothing is decided');
  expect(await json('strangers allow 127.0.0.1 --yes')).toMatchObject({ source: { name: 'copier' } });
  await json('strangers block 192.0.2.1 --note test');
  const blocked = { address: '192.0.2.1', decision: 'blocked' };
  expect(await json('strangers decisions')).toMatchObject({ items: [blocked] });
  await json('strangers forget 192.0.2.1');
  expect(await json('strangers decisions')).toEqual({ items: [] });
  const until = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await both(`cut-over start --network 10.0.0.0/8 --until ${until}`, 'cut-over status', 'cut-over stop');
});

test('sources', async () => {
  const entry = {
    name: 'erp',
    networks: ['10.0.0.1'],
    login: { username: 'erp', password: world.policyHash, due: '2030-01-01' },
    senders: ['erp@contoso.com'],
  };
  const path = await file('erp.yaml', entry);
  await both(`source check --file ${path}`);
  await json(`source add --file ${path}`);
  await both('source list', 'source show erp', 'source card erp', 'source allow-list', 'source seen');
  await both(`source set erp --file ${path}`, 'source review erp');
  const inOneYear = String(new Date().getUTCFullYear() + 1);
  expect(await json('source new-password erp')).toMatchObject({
    username: 'erp',
    due: expect.stringMatching(new RegExp(`^${inOneYear}-`)),
  });
  expect(await json('source new-password erp --due 2031-01-31')).toMatchObject({ due: '2031-01-31' });
  const printed = await runCommand(['source', 'new-password', 'erp', ...world.place]);
  commands.note('source new-password', 'source new-password erp');
  expect(printed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\S{16,}\n$/) });
  const other = await file('other.yaml', {
    name: 'other',
    networks: ['10.0.0.2'],
    senders: ['o@contoso.com'],
  });
  await json(`source add --file ${other}`);
  expect(await json('source merge erp other')).toMatchObject({
    document: { networks: ['10.0.0.1', '10.0.0.2'] },
  });
  expect((await run('source export')).stdout).toMatch(/^erp,.*,\d{4}-\d\d-\d\d,$/m);
  const faulty = await file(
    'faulty.csv',
    'name,password due,certificate expires\nerp,tomorrow,\nother,2030-01-01,\n',
  );
  expect((await run(`source import ${faulty}`, 2)).stdout).toMatch(/row 2, password due: .*date/);
  const dates = await file('dates.csv', 'name,password due\nerp,2032-02-29\n');
  await run(`source import ${dates} --apply`);
  expect(await json('source show erp')).toMatchObject({ document: { login: { due: '2032-02-29' } } });
  const table = await file('table.csv', 'name,networks,senders\nnew,10.0.0.3,new@contoso.com\n');
  await both(`source import ${table}`, `source import ${table} --apply`);
  expect((await run('source remove erp')).stdout).toContain('erp may send no more');
});

test('connectors', async () => {
  const path = await file('graph.yaml', world.graph);
  await both(`connector check --file ${path}`);
  await json(`connector add --file ${path}`);
  await both('connector list', 'connector show graph', `connector set graph --file ${path}`);
  await json('connector clone graph graph-copy');
  await both('connector suspend graph --reason test', 'connector resume graph');
  await json('connector remove graph-copy');
  const signIn = run('connector sign-in graph');
  const ask = asking(world.relay);
  await expect
    .poll(async () => (await ask('connectorSignIn', { params: { name: 'graph' } })).code, {
      timeout: 120_000,
    })
    .toBeDefined();
  const { code = '' } = await ask('connectorSignIn', { params: { name: 'graph' } });
  expect(world.sandbox.identity.approveDevice(code, world.sandbox.submission.mailbox)).toBe(true);
  expect((await signIn).stdout).toContain('signed in; connector graph uses it');
  const validate = 'connector validate next-hop --to now@fabrikam.example --from scanner@contoso.com';
  await both(validate, 'connector validation next-hop');
  await both('test conversation --as 127.0.0.1 --tls off', 'test conversations');
  await json('doctor --check clock');
  await both('doctor --last');
});

test('accounts, sessions, tokens, audit', async () => {
  // Test values.
  const [password, next] = ['a long password of a test', 'another long password of a test'];
  const typed = async (line: string, ...lines: readonly string[]) => {
    const result = await runCommand([...line.split(' '), ...world.place], { input: `${lines.join('\n')}\n` });
    expect({ line, ...result }).toMatchObject({ line, code: 0 });
    commands.note(line.split(' ').slice(0, 2).join(' '), line);
    return result;
  };
  await typed('user add anna --role viewer --password-stdin', password);
  await both('user list', 'user show anna', 'user role anna operator', 'user reset anna --totp --passkeys');
  expect((await typed('account show anna', password)).stdout).toContain('anna is operator');
  expect(JSON.parse((await typed('account sessions anna --json', password)).stdout)).toMatchObject({
    items: [{ name: 'anna', current: true }],
  });
  await typed('account passkeys anna', password);
  const none = await runCommand(['account', 'remove-passkey', 'anna', 'none', ...world.place], {
    input: `${password}\n`,
  });
  expect(none.stderr).toContain('Not found');
  commands.note('account remove-passkey', 'account remove-passkey anna none');
  await typed('account password anna', password, next);
  await secondFactor(world, commands, next);
  await typed('user password anna --password-stdin', password);
  await both('session list', 'user disable anna', 'user enable anna');
  expect((await run('session end 01KB0000000000000000000000', 1)).stderr).toContain('Not found');
  await json('user remove anna');
  expect((await json('token add monitoring --role viewer')) as object).toHaveProperty('token');
  const tokens: { readonly items: readonly { readonly id: string }[] } = await json('token list');
  await both('token list', 'audit list', 'audit verify');
  await json(`token remove ${tokens.items[0]?.id}`);
  expect((await run('audit export')).stdout).toContain('"addToken"');
});

test('alerts, transcripts, backups, the side of Microsoft 365', async () => {
  await both('alerts list', 'alerts rules', 'alerts channels', 'alerts test hook');
  expect(await json('alerts set unauthorised-attempts attempts=200 --severity critical')).toMatchObject({
    severity: 'critical',
    settings: expect.arrayContaining([expect.objectContaining({ name: 'attempts', value: 200 })]),
  });
  expect((await run('alerts set unauthorised-attempts --off')).stdout).toContain(
    'unauthorised-attempts is off',
  );
  expect((await run('alerts set queue-age nothing=1', 1)).stderr).toContain(
    'is no setting of queue-age: write',
  );
  await both('alerts mute queue-age --for 2h --reason test', 'alerts mute queue-age --end');
  expect((await run('alerts ack 01KB0000000000000000000000 --note test', 1)).stderr).toContain('Not found');

  await both('transcripts list', 'transcripts show 127.0.0.1', 'transcripts capture 127.0.0.1');
  await run('transcripts capture 127.0.0.1 --stop');
  await json('transcripts apply copier --quirk missing-angle-brackets');
  const draft = await file('draft.yaml', world.policy);
  await both(`policy replay ${draft}`);

  const { path, name }: { readonly path: string; readonly name: string } = await json('backup create');
  await both('backup list', `backup verify ${name} --by-relay`, `backup rehearse ${name} --by-relay`);
  const key = await file('passphrase', 'a test value of words');
  const into = `${world.workspace.directory}/restored`;
  const restored = await runCommand([
    'backup',
    'restore',
    path,
    '--into',
    into,
    '--passphrase-file',
    key,
    '--json',
  ]);
  expect({ ...restored }).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(restored.stdout)).toMatchObject({ into });

  await both('microsoft365 script');
  expect((await run('microsoft365 collect')).stdout).toContain('Get-AcceptedDomain');
  const domains = await file(
    'accepted-domains.json',
    '[{"DomainName":"contoso.com","DomainType":"Authoritative"}]',
  );
  await both(`microsoft365 audit ${domains}`);
  const trace = await file('trace.csv', 'MessageId,SenderAddress,RecipientAddress,Status,Received\n');
  await both(`microsoft365 trace ${trace}`);
});

describe('all of them', () => {
  test('every command was run', () => {
    const paths = leavesOf(createProgram()).map(pathOf);
    const untried = paths.filter((path) => !commands.operations.has(path) && !(path in elsewhere));
    expect(untried).toEqual([]);
    expect(Object.keys(elsewhere).filter((path) => !paths.includes(path))).toEqual([]);
  });

  test('every operation was asked for by its command, or has a reason why there is none', () => {
    const missing = Object.entries(operations).filter(
      ([name, by]) => typeof by === 'string' && commands.operations.get(by)?.has(name) !== true,
    );
    expect(missing).toEqual([]);
  });

  test('every answer was as the document says', () => {
    expect(world.proxy.faults).toEqual([]);
    expect(world.proxy.checked.size).toBeGreaterThan(100);
  });
});

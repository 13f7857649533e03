/** The log as a real rsyslogd receives it. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { FakeClock } from '../../src/platform/fake-clock.ts';
import { instant, systemClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/observe/logger.ts';
import { createOutput } from '../../src/observe/log/outputs.ts';
import { logSchema, type SyslogLogConfig } from '../../src/config/log-schema.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy } from '../harness/workspace.ts';
import { hasRsyslog, startRsyslog, type Rsyslog } from './rsyslog.ts';

function configOf(rsyslog: Rsyslog, transport: 'udp' | 'tcp' | 'tls', more: object = {}): SyslogLogConfig {
  const [config] = logSchema.parse([
    {
      to: 'syslog',
      host: transport === 'udp' ? '127.0.0.1' : 'localhost',
      port: rsyslog.ports[transport],
      transport,
      ...(transport === 'tls' && { ca: rsyslog.ca }),
      ...more,
    },
  ]);
  return config as SyslogLogConfig;
}

function outputOf(config: SyslogLogConfig) {
  const told: string[] = [];
  const output = createOutput(config, {
    clock: systemClock,
    hostname: 'relay.contoso.com',
    watchOf: () => ({
      dropped: (lines) => void told.push(`dropped ${lines}`),
      trouble: (text) => void told.push(`trouble: ${text}`),
      works: (lost) => void told.push(`works, ${lost} lost`),
    }),
  });
  if (!output) throw new Error('no output');
  const clock = new FakeClock('2026-11-23T08:00:00Z');
  const logger = createLogger({ format: 'json', clock, destination: output });
  return { output, logger, told };
}

const hostile = 'a" ] \\ \n<34>1 2026-11-23T08:00:00Z evil su - forged - forged \u0000\u001b[2J\r\n120 x';

describe.skipIf(!hasRsyslog)('rsyslogd', () => {
  test.each(['udp', 'tcp', 'tls'] as const)('receives the log over %s', async (transport) => {
    await using rsyslog = await startRsyslog();
    const { output, logger, told } = outputOf(configOf(rsyslog, transport));
    logger.log(
      'warn',
      { event: 'refused', ref: 'R1', address: '192.0.2.7', helo: hostile },
      `refused ${hostile}`,
    );
    for (let index = 0; index < 50; index += 1)
      logger.log('info', { event: 'accepted', id: `M${index}` }, 'accepted');
    await output.close(5_000);
    const messages = await rsyslog.received(51, ({ input }) => input === transport);
    expect(messages).toHaveLength(51);
    const [first, second] = messages;
    expect(first).toMatchObject({
      // Facility 2, severity 4.
      pri: '20',
      host: 'relay.contoso.com',
      app: 'relay365',
      pid: String(process.pid),
      id: 'refused',
    });
    // Without an enterprise number of the operator the fields are JSON, which rsyslog itself takes apart.
    expect(first?.data).toBe('-');
    expect(first?.json).toEqual({
      msg: 'refused a" ] \\  <34>1 2026-11-23T08:00:00Z evil su - forged - forged  [2J 120 x',
      ref: 'R1',
      address: '192.0.2.7',
      // RFC 5424 8.2: control characters are no part of what is shown; a value would end at the first U+0000.
      helo: 'a" ] \\  <34>1 2026-11-23T08:00:00Z evil su - forged - forged  [2J 120 x',
    });
    expect(second).toMatchObject({ pri: '22', id: 'accepted', json: { msg: 'accepted', id: 'M0' } });
    // What a peer wrote never became a record of its own.
    expect(messages.filter(({ app }) => app !== 'relay365')).toEqual([]);
    expect(told).toEqual([]);
  });

  test('gets structured data where the operator has an enterprise number', async () => {
    await using rsyslog = await startRsyslog();
    // A number of this test; nobody is given one beyond it so far.
    const { output, logger } = outputOf(configOf(rsyslog, 'tls', { enterprise: 4_000_000_000 }));
    logger.log('warn', { event: 'refused', ref: 'R1', helo: hostile }, `refused ${hostile}`);
    await output.close(5_000);
    const [first] = await rsyslog.received(1);
    expect(first?.data).toContain('[relay365@4000000000 ref="R1" helo="a\\" \\] \\\\  <34>1');
    expect(first?.text).toContain('refused a" ] \\  <34>1 2026-11-23T08:00:00Z evil su - forged - forged');
    expect(first?.json).toEqual({ msg: expect.stringContaining('refused a"') });
  });

  test('gets the longest message whole, and an overlong one cut', async () => {
    await using rsyslog = await startRsyslog();
    const { output, logger } = outputOf(configOf(rsyslog, 'tcp'));
    const fields = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`f${index}`, 'é'.repeat(1_000)]),
    );
    logger.log('info', { event: 'long', ref: 'R2', ...fields }, 'm'.repeat(9_000));
    logger.log('info', { event: 'after' }, 'after it');
    await output.close(5_000);
    const [long, after] = await rsyslog.received(2);
    expect(long?.json).toMatchObject({ ref: 'R2' });
    expect(after?.json).toEqual({ msg: 'after it' });
  });

  test('that was away gets what waited, once it is back', async () => {
    await using rsyslog = await startRsyslog();
    const { output, logger, told } = outputOf(configOf(rsyslog, 'tls'));
    logger.log('info', { event: 'before' }, 'before');
    await rsyslog.received(1);
    await rsyslog.stop();
    for (let index = 0; index < 20; index += 1) logger.log('info', { event: 'waited', n: index }, 'waited');
    await expect.poll(() => told.length).toBe(1);
    expect(told[0]).toMatch(/^trouble: /);
    await rsyslog.start();
    const waited = await rsyslog.received(20, ({ id }) => id === 'waited');
    expect(new Set(waited.map(({ json }) => json['n'])).size).toBe(20);
    await expect.poll(() => told).toEqual([told[0], 'works, 0 lost']);
    await output.close(5_000);
  });

  test('with a certificate of somebody else gets nothing', async () => {
    await using rsyslog = await startRsyslog();
    await using other = await startRsyslog();
    const { output, logger, told } = outputOf(configOf(rsyslog, 'tls', { ca: other.ca }));
    logger.log('info', { event: 'secret' }, 'for the right one alone');
    await output.close(5_000);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/trouble: .*certificate/i);
    await rsyslog.stop();
    expect(await rsyslog.received(0)).toEqual([]);
  });

  test('receives the log of a whole relay beside standard output and a file', async () => {
    await using rsyslog = await startRsyslog();
    const started = await startTestRelay({
      policy: loopbackPolicy(1),
      node: {
        log: [
          { to: 'stdout' },
          { to: 'file', path: './logs/relay365.log', level: 'debug' },
          { to: 'syslog', host: 'localhost', port: rsyslog.ports.tls, ca: rsyslog.ca, level: 'warn' },
        ],
      },
    });
    onTestFinished(() => started[Symbol.asyncDispose]());
    {
      await using talk = await SmtpTalk.open(started.port);
      await talk.pipeline('EHLO x', 'MAIL FROM:<a@other.example>', 'QUIT');
    }
    const refused = await started.event('refused');
    await started.event('session-ended');
    const [first] = await rsyslog.received(1, ({ id }) => id === 'refused');
    expect(first?.json).toMatchObject({ ref: refused.ref, rule: refused.rule });
    await started.relay.stop({ graceMs: 0 });
    const day = new Date(instant(systemClock.now())).toISOString().slice(0, 10);
    const file = (await started.workspace.read(`logs/relay365-${day}.log`)).trim().split('\n');
    const kinds = file.map((line) => (JSON.parse(line) as { event: string }).event);
    expect(kinds).toEqual(expect.arrayContaining(['ready', 'refused', 'session-ended', 'stopped']));
    // The one-time link to the console is for the terminal, and `debug` for the file, which asked for it.
    expect(kinds).not.toContain('first-account');
    const printed = started.log.map((line) => (JSON.parse(line) as { event: string }).event);
    expect(printed).toContain('first-account');
    expect(printed).not.toContain('session-ended');
    const sent = await rsyslog.received(1);
    expect(sent.every(({ pri }) => Number(pri) % 8 <= 4)).toBe(true);
  });
});

describe('a collector that is not there', () => {
  test('costs lines of the log beyond the buffer, which are counted and said; nothing waits for it', async () => {
    const [config] = logSchema.parse([
      { to: 'syslog', host: '127.0.0.1', port: 1, transport: 'tcp', buffer: 1_000 },
    ]);
    const { output, logger, told } = outputOf(config as SyslogLogConfig);
    for (let index = 0; index < 100; index += 1) logger.log('info', { event: 'x', index }, 'y'.repeat(50));
    expect(told.filter((text) => text === 'dropped 1').length).toBeGreaterThan(80);
    await output.close(5_000);
    expect(told.at(-1)).toMatch(/^trouble: .*ECONNREFUSED/);
  });
});

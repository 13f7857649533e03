import { describe, expect, test } from 'vitest';
import { FakeClock } from '../platform/fake-clock.ts';
import type { EventRecord } from '../store/store.ts';
import { createEvents } from './create-events.ts';
import type { RelayEvent } from './events.ts';
import { createLogger, prettyLine } from './logger.ts';
import { boundedLabels, createMetrics, createScrape } from './metrics.ts';

function recorder(format: 'json' | 'pretty' = 'json') {
  const lines: string[] = [];
  const records: EventRecord[] = [];
  const clock = new FakeClock('2026-11-23T08:00:00Z');
  const logger = createLogger({ format, clock, destination: { write: (line) => lines.push(line) } });
  const metrics = createMetrics();
  const events = createEvents({ logger, metrics, clock, record: (record) => records.push(record) });
  return { lines, records, metrics, events, clock };
}

const refused: RelayEvent = {
  kind: 'refused',
  ref: '01KB0000000000000000000000',
  address: '192.0.2.7',
  listener: 'devices',
  stage: 'mail',
  reply: '550 5.7.1 Not authorised',
  rule: 'no-source',
  explanation: 'no source holds 192.0.2.7',
};

describe('the log', () => {
  test('is one JSON object a line with event, level and RFC 3339 time', () => {
    const { events, lines } = recorder();
    events.emit({
      kind: 'accepted',
      id: 'A',
      source: 's',
      address: '192.0.2.7',
      sender: '',
      recipients: 2,
      bytes: 5,
    });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      event: 'accepted',
      level: 'info',
      time: '2026-11-23T08:00:00.000Z',
      id: 'A',
      recipients: 2,
    });
  });

  // What a client may put into HELO, addresses and user names must not reach a terminal as such.
  const hostile = [
    ['line ends', 'a\r\n{"event":"ready"}'],
    ['escape sequence', '\u001b[2J\u001b]0;title\u0007'],
    ['C1 CSI', '\u009b31m'],
    ['right-to-left override', 'invoice\u202egpj.exe'],
    ['line separator', 'a\u2028b'],
    ['NUL', 'a\u0000b'],
    ['lone surrogate', 'a\ud800b'],
  ] as const;

  test.each(hostile)('%s stay inside one JSON line and round-trip', (_, text) => {
    const { events, lines } = recorder();
    events.emit({ ...refused, helo: text });
    const line = lines.join('');
    expect(line.endsWith('\n')).toBe(true);
    // oxlint-disable-next-line no-control-regex
    expect(line.slice(0, -1)).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e]*$/);
    expect(JSON.parse(line).helo).toBe(text.isWellFormed() ? text : JSON.parse(JSON.stringify(text)));
  });

  test.each(hostile)('%s cannot act on a terminal in the pretty form', (_, text) => {
    const { events, lines } = recorder('pretty');
    events.emit({
      kind: 'login-failed',
      ref: 'R',
      address: 'a',
      listener: 'l',
      username: text,
      rule: 'r',
      explanation: 'e',
    });
    // oxlint-disable-next-line no-control-regex
    const bare = lines.join('').replaceAll(/\u001b\[\d+m/g, '');
    // oxlint-disable-next-line no-control-regex
    expect(bare.slice(0, -1)).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e]*$/);
  });

  test('names that are special to JavaScript are values like any other', () => {
    const { events, lines, metrics } = recorder();
    events.emit({ ...refused, rule: '__proto__', source: 'constructor', helo: '__proto__' });
    expect(JSON.parse(lines[0] ?? '').source).toBe('constructor');
    expect(metrics.label('rule', '__proto__')).toBe('__proto__');
  });

  test('secrets under their usual names are not written', () => {
    const lines: string[] = [];
    const logger = createLogger({
      format: 'json',
      clock: new FakeClock(),
      destination: { write: (line) => lines.push(line) },
    });
    logger.log('info', { password: 'hunter2-test', token: 'tok-test' }, 'x');
    expect(lines.join('')).not.toMatch(/hunter2|tok-test/);
  });

  test('the pretty form shows time, event, sentence and reference', () => {
    const line = prettyLine(
      '{"level":"warn","time":"2026-11-23T08:00:00.123Z","event":"refused","ref":"R1","msg":"no"}\n',
    );
    expect(line).toContain('08:00:00.123');
    expect(line).toContain('refused');
    expect(line).toContain('(R1)');
  });
});

describe('records', () => {
  test('refusals and failed logins are kept by reference, deliveries are not', () => {
    const { events, records } = recorder();
    events.emit(refused);
    events.emit({ kind: 'settled', id: 'A', result: 'relayed', ageMs: 4 });
    expect(records).toEqual([
      expect.objectContaining({ ref: refused.ref, kind: 'refused', address: '192.0.2.7' }),
    ]);
  });

  test('a store that fails to record does not fail who emits, and is counted', async () => {
    const metrics = createMetrics();
    const clock = new FakeClock();
    const logger = createLogger({ format: 'json', clock, destination: { write: () => undefined } });
    const events = createEvents({
      logger,
      metrics,
      clock,
      record: () => {
        throw new Error('closed');
      },
    });
    events.emit(refused);
    expect(await metrics.registry.metrics()).toContain('relay365_faults_total{where="emit"} 1');
  });
});

describe('a flood of refusals', () => {
  test('writes and keeps its first thirty, counts all, and is summed up after a minute without another event', async () => {
    const { events, lines, records, metrics, clock } = recorder();
    for (let index = 0; index < 1000; index += 1) events.emit(refused);
    expect([lines.length, records.length]).toEqual([30, 30]);
    const text = await metrics.registry.metrics();
    expect(text).toContain('relay365_refusals_total{stage="mail",rule="no-source"} 1000');
    expect(text).toContain('relay365_refusals_suppressed_total{event="refused"} 970');
    await clock.advance(60_000);
    expect(lines.slice(30).map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        event: 'refusals-suppressed',
        level: 'warn',
        address: '192.0.2.7',
        count: 970,
        rule: 'no-source',
      }),
    ]);
    expect(records).toHaveLength(30);
    expect(clock.pendingTimers).toBe(0);
  });

  test('is summed up before the process ends', () => {
    const { events, lines } = recorder();
    for (let index = 0; index < 31; index += 1) events.emit(refused);
    events.emit({ kind: 'stopped' });
    expect(lines.slice(30).map((line) => JSON.parse(line).event)).toEqual(['refusals-suppressed', 'stopped']);
  });
});

describe('metrics', () => {
  test('count what events say', async () => {
    const { events, metrics } = recorder();
    events.emit({
      kind: 'attempted',
      id: 'A',
      connector: 'c',
      host: 'h:25',
      relayed: 2,
      deferred: 1,
      failed: 0,
      inDoubt: 0,
      durationMs: 30,
    });
    const text = await metrics.registry.metrics();
    expect(text).toContain('relay365_attempts_total{connector="c"} 1');
    expect(text).toContain('relay365_attempt_recipients_total{connector="c",result="relayed"} 2');
    expect(text).not.toContain('result="failed"');
  });

  test('a label never has more values than its bound', () => {
    const label = boundedLabels(2);
    expect(['a', 'b', 'c', 'a', 'd'].map((value) => label('x', value))).toEqual([
      'a',
      'b',
      'other',
      'a',
      'other',
    ]);
  });

  test('a scrape shows the readings of its own moment', async () => {
    const scrape = createScrape(createMetrics());
    const reading = {
      ready: true,
      version: '1.2.3',
      queue: {
        active: 3,
        held: 1,
        settled: 9,
        oldestActiveSeconds: 7,
        bytesOnDisk: 100,
        bytesFree: undefined,
        bytesInMemory: 5,
      },
      connections: [{ listener: 'devices', count: 4 }],
      connectors: [
        {
          connector: 'c',
          active: 1,
          waiting: 2,
          suspended: true,
          suspendedDestinations: 0,
          quotas: [{ quota: 'recipients in 24 hours', used: 5, limit: 10_000 }],
        },
      ],
      expiries: [{ what: 'certificate of the listeners', atSeconds: 1_800_000_000 }],
      policyRevision: 2,
      sources: 3,
      startedAtSeconds: 1,
      openFiles: 12,
    };
    expect(await scrape(reading)).toContain('relay365_queue_active 3\n');
    expect(await scrape({ ...reading, queue: { ...reading.queue, active: 0 } })).toContain(
      'relay365_queue_active 0\n',
    );
  });
});

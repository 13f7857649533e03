import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../platform/fake-clock.ts';
import { createEvents } from '../create-events.ts';
import type { RelayEvent } from '../events.ts';
import { createLogger } from '../logger.ts';
import { createMetrics, createScrape } from '../metrics.ts';
import { labelValuesMax } from './labels.ts';
import { metricRows } from './reference.ts';
import type { Readings } from './scrape.ts';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

function relay() {
  const metrics = createMetrics();
  const clock = new FakeClock();
  const logger = createLogger({ format: 'json', clock, destination: { write: () => undefined } });
  const events = createEvents({ logger, metrics, clock, record: () => undefined });
  return { metrics, events, scrape: createScrape(metrics) };
}

const hostileNames = [
  'a"b',
  'a\\b',
  'a\nrelay365_ready 1',
  'a{x="y"} 5',
  '',
  '\u0000',
  '\u202e',
  'x'.repeat(5_000),
  '__proto__',
  'constructor',
];
const manyNames = (count: number, kind: string): string[] => [
  ...hostileNames.map((name) => `${kind}${name}`),
  ...Array.from({ length: count }, (_, index) => `${kind}-${index}`),
];

function* mailOf(sources: readonly string[], connectors: readonly string[]): Generator<RelayEvent> {
  for (const source of sources) {
    yield {
      kind: 'accepted',
      id: 'A',
      source,
      address: '192.0.2.7',
      sender: source,
      recipients: 1,
      bytes: 9,
    };
    yield {
      kind: 'refused',
      ref: 'R',
      address: '192.0.2.7',
      listener: 'devices',
      source,
      sender: `${source}@contoso.com`,
      helo: source,
      stage: 'mail',
      reply: '550 5.7.1 no',
      rule: 'no-source',
      explanation: source,
    };
  }
  for (const connector of connectors) {
    for (const [reply, tls] of [
      ['250 2.0.0 ok', 'TLSv1.3'],
      ['450 4.2.1 later', 'TLSv1.2'],
      [`${connector} is no reply`, connector],
    ] as const) {
      yield {
        kind: 'attempted',
        id: 'A',
        connector,
        host: `${connector}:25`,
        relayed: 1,
        deferred: 1,
        failed: 1,
        inDoubt: 1,
        durationMs: 3,
        reply,
        tls,
      };
    }
    yield { kind: 'connector-suspended', connector, reason: connector };
  }
}

function readingsOf(connectors: readonly string[], listeners: readonly string[]): Readings {
  return {
    ready: true,
    version: '1.2.3',
    queue: {
      active: 1,
      held: 0,
      settled: 0,
      oldestActiveSeconds: 1,
      bytesOnDisk: 1,
      bytesFree: 1,
      bytesInMemory: 1,
    },
    connections: listeners.map((listener) => ({ listener, count: 1 })),
    connectors: connectors.map((connector) => ({
      connector,
      active: 1,
      waiting: 1,
      suspended: true,
      suspendedDestinations: 0,
      quotas: [{ quota: `recipients in 24 hours of ${connector}`, used: 1, limit: 2 }],
    })),
    expiries: connectors.map((what) => ({ what, atSeconds: 1 })),
    policyRevision: 1,
    sources: 10_000,
    startedAtSeconds: 1,
    openFiles: 10,
  };
}

const seriesOf = (text: string): string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('the number of series', () => {
  test('is bounded with 10,000 sources, 1,000 connectors and hostile names', async () => {
    const { events, scrape } = relay();
    const [sources, connectors] = [manyNames(10_000, 'source'), manyNames(1_000, 'connector')];
    for (const event of mailOf(sources, connectors)) events.emit(event);
    const readings = readingsOf(connectors, manyNames(500, 'listener'));
    const text = await scrape(readings);
    const series = seriesOf(text);
    const ofConnector = labelValuesMax.connector + 1;
    // Buckets, sum, count; results; classes; tls versions; and the gauges.
    const perConnector = 11 + 2 + 4 + 3 + 3 + 1 + 1 + 4;
    expect(series.length).toBeLessThan(
      ofConnector * perConnector +
        labelValuesMax.source +
        labelValuesMax.listener +
        4 * labelValuesMax.quota +
        200,
    );
    const accepted = series.filter((line) => line.startsWith('relay365_messages_accepted_total'));
    expect(accepted).toHaveLength(labelValuesMax.source + 1);
    const others = sources.length - labelValuesMax.source;
    expect(accepted).toContain(`relay365_messages_accepted_total{source="other"} ${others}`);
    // A second scrape has not one more: what is read at a scrape does not pile up.
    expect(seriesOf(await scrape(readings))).toHaveLength(series.length);
  });

  test('does not grow with what connectors were', async () => {
    const { scrape } = relay();
    await scrape(readingsOf(['old'], ['devices']));
    expect(await scrape(readingsOf(['new'], ['devices']))).not.toContain('{connector="old"} ');
  });

  test('of connectors beyond the bound tells their sum as `other`', async () => {
    const { scrape } = relay();
    const names = Array.from({ length: labelValuesMax.connector + 7 }, (_, index) => `c${index}`);
    expect(await scrape(readingsOf(names, []))).toContain(
      'relay365_connector_suspended{connector="other"} 7\n',
    );
  });
});

describe('the text', () => {
  test('of hostile names has no line that is not a series or a comment', async () => {
    const { events, scrape } = relay();
    for (const event of mailOf(hostileNames, hostileNames)) events.emit(event);
    const text = await scrape(readingsOf(hostileNames, hostileNames));
    // Prometheus text format 0.0.4: name, labels with \\, \" and \n escaped, value.
    const line = /^[a-z_0-9]+(?:\{(?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)*\})? [-+\deE.]+$/;
    expect(seriesOf(text).filter((one) => !line.test(one))).toEqual([]);
    // The forged line is a label value, not a series of its own.
    expect(text.match(/^relay365_ready /gm)).toHaveLength(1);
  });

  test.skipIf(!hasPromtool)('passes promtool check metrics', async () => {
    const { events, scrape } = relay();
    for (const event of mailOf(manyNames(10, 'source'), manyNames(5, 'connector'))) events.emit(event);
    const input = await scrape(readingsOf(['connector-1'], ['devices']));
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    });
    expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: '' });
  });
});

describe('the declarations', () => {
  test('have their names once, in the form of Prometheus, with unit and meaning', () => {
    const rows = metricRows();
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    for (const { name, type, help, labels } of rows) {
      expect(name).toMatch(/^(?:relay365|process)_[a-z0-9_]+$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(help).toMatch(/\.$/);
      for (const meaning of Object.values(labels)) expect(meaning).toMatch(/\.$/);
    }
  });
});

/** Dashboard and alert rules name only what the relay shows, and the rules fire. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { quotaTitle } from '../../src/delivery/ledger/quota.ts';
import { metricRows } from '../../src/observe/metrics/reference.ts';

const deploy = join(import.meta.dirname, '../../deploy');
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const read = (name: string): Promise<string> => readFile(join(deploy, name), 'utf8');

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly annotations?: Readonly<Record<string, string>>;
    }[];
  }[];
}

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat?: string }[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly definition?: string }[];
  };
}

const rulesOf = async () =>
  (parse(await read('prometheus-rules.yaml')) as Rules).groups.flatMap(({ rules }) => rules);
const dashboard = async () => JSON.parse(await read('grafana/relay365.json')) as Dashboard;

/** Every name that a scrape may show, with the series of histograms. */
const shown = new Map(
  metricRows().flatMap((row): [string, readonly string[]][] => {
    const labels = [...Object.keys(row.labels), 'instance', 'job'];
    if (row.type !== 'histogram') return [[row.name, labels]];
    return [
      [`${row.name}_bucket`, [...labels, 'le']],
      [`${row.name}_sum`, labels],
      [`${row.name}_count`, labels],
    ];
  }),
);

function faultsOf(expression: string): string[] {
  const faults: string[] = [];
  for (const [, name = '', selector = ''] of expression.matchAll(
    /\b((?:relay365|process)_[a-z0-9_]+)(?:\{([^}]*)\})?/g,
  )) {
    const labels = shown.get(name);
    if (!labels) faults.push(`${name} is no metric`);
    for (const [, label = ''] of selector.matchAll(/([a-z_]+)\s*(?:=~|!=|!~|=)/g))
      if (labels && !labels.includes(label)) faults.push(`${name} has no label ${label}`);
  }
  return faults;
}

const clauses = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;

/** Labels that an expression groups or joins by, or a legend shows, and that none of its metrics has. */
function strangeLabels(expression: string, legend = ''): string[] {
  const names = [...expression.matchAll(/\b(?:relay365|process)_[a-z0-9_]+/g)].map(([name]) => name);
  // What Prometheus itself gives every series, `up` among them.
  const known = new Set(['instance', 'job', ...names.flatMap((name) => shown.get(name) ?? [])]);
  const used = [
    ...[...expression.matchAll(clauses)].flatMap(([, list = '']) => list.split(',')),
    ...[...legend.matchAll(/\{\{\s*([^}]+?)\s*\}\}/g)].map(([, label = '']) => label),
  ].map((label) => label.trim());
  return used.filter((label) => label !== '' && !known.has(label));
}

describe('names', () => {
  test('of the alert rules are metrics of the code, with their labels', async () => {
    const rules = await rulesOf();
    expect(rules.length).toBeGreaterThan(10);
    for (const { alert, expr } of rules)
      expect({ alert, faults: faultsOf(expr) }).toEqual({ alert, faults: [] });
  });

  test('of the dashboard are metrics of the code, with their labels', async () => {
    const { panels, templating } = await dashboard();
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(20);
    for (const { definition } of templating.list) if (definition !== undefined) expressions.push(definition);
    for (const expr of expressions) expect({ expr, faults: faultsOf(expr) }).toEqual({ expr, faults: [] });
  });

  test('that expressions group by, and legends and annotations show, are labels of their metrics', async () => {
    const { panels } = await dashboard();
    for (const { title, targets = [] } of panels) {
      for (const { expr, legendFormat } of targets)
        expect({ title, expr, labels: strangeLabels(expr, legendFormat) }).toEqual({
          title,
          expr,
          labels: [],
        });
    }
    for (const { alert, expr, annotations } of await rulesOf()) {
      const words = Object.values(annotations ?? {}).join(' ');
      const shownLabels = [...words.matchAll(/\$labels\.([a-z_]+)/g)]
        .map(([, label]) => `{{${label}}}`)
        .join();
      expect({ alert, labels: strangeLabels(expr, shownLabels) }).toEqual({ alert, labels: [] });
    }
  });

  test('of quotas tell those that run out from a pace, which is used up whenever mail flows fast', async () => {
    const rule = (await rulesOf()).find(({ alert }) => alert === 'Relay365QuotaLow');
    const [, pattern = ''] = /quota!~"([^"]+)"/.exec(rule?.expr ?? '') ?? [];
    const spans = ['minute', 'ten-minutes', 'hour', 'day'] as const;
    const counted = spans.filter((window) => {
      const title = quotaTitle({
        scope: 'mailbox',
        owner: 'mailbox a@contoso.com',
        window,
        counts: 'messages',
        limit: 1,
      });
      // Prometheus fits a pattern to the whole label.
      return !new RegExp(`^(?:${pattern})$`).test(title);
    });
    expect(counted).toEqual(['hour', 'day']);
  });

  test('that are wrong are found', () => {
    expect(strangeLabels('sum by (connector, colour) (relay365_connector_suspended)', '{{size}}')).toEqual([
      'colour',
      'size',
    ]);
    expect(faultsOf('rate(relay365_nothing_total[5m])')).toEqual(['relay365_nothing_total is no metric']);
    expect(faultsOf('relay365_ready{connector="c"}')).toEqual(['relay365_ready has no label connector']);
  });
});

describe('the dashboard', () => {
  test('has its rows, and takes the data source that is chosen', async () => {
    const { panels, templating } = await dashboard();
    const rows = panels.filter(({ type }) => type === 'row').map(({ title }) => title);
    expect(rows).toEqual(['Mail flow', 'Queue', 'Connectors', 'Quotas', 'Process']);
    expect(templating.list).toContainEqual(
      expect.objectContaining({ name: 'datasource', type: 'datasource' }),
    );
    for (const panel of panels.filter(({ type }) => type !== 'row'))
      expect(panel.datasource?.uid).toBe('${datasource}');
  });

  // Grafana's unit ids: what has none is shown as a bare number.
  test('has a unit on every panel', async () => {
    const { panels } = await dashboard();
    const units = ['short', 'ops', 's', 'bytes', 'percentunit'];
    for (const { title, type, fieldConfig } of panels) {
      if (type !== 'row')
        expect({ title, unit: fieldConfig?.defaults.unit }).toEqual({ title, unit: expect.toBeOneOf(units) });
    }
  });

  test('has no panel over another or beyond the 24 columns of Grafana', async () => {
    const { panels } = await dashboard();
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect({ title, taken: taken.has(`${x} ${y}`) }).toEqual({ title, taken: false });
          taken.add(`${x} ${y}`);
        }
      }
    }
  });

  test.skipIf(!hasPromtool)('has expressions that Prometheus can read', async () => {
    const { panels } = await dashboard();
    const rules = panels
      .flatMap(({ targets = [] }) => targets)
      .map(({ expr }, index) => ({
        record: `panel_${index}`,
        expr: expr.replaceAll('$__rate_interval', '5m'),
      }));
    const directory = await mkdtemp(join(tmpdir(), 'panels-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const file = join(directory, 'panels.json');
    await writeFile(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    const { status, stderr } = promtool(['check', 'rules', file]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe.skipIf(!hasPromtool)('the alert rules', () => {
  test('are valid', () => {
    const { status, stderr } = promtool(['check', 'rules', 'prometheus-rules.yaml']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('fire and stay silent as they should', () => {
    const { status, stdout } = promtool(['test', 'rules', 'prometheus-rules.test.yaml']);
    expect(stdout).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  test('are each made to fire and to stay silent', async () => {
    const { tests } = parse(await read('prometheus-rules.test.yaml')) as {
      tests: readonly { name: string }[];
    };
    const names = tests.map(({ name }) => name).toSorted();
    const wanted = (await rulesOf()).flatMap(({ alert }) => [`${alert} fires`, `${alert} stays silent`]);
    expect(names).toEqual(wanted.toSorted());
  });

  test('are named by a configuration that is valid', () => {
    const { status, stderr } = promtool(['check', 'config', 'prometheus.yaml']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

function promtool(given: readonly string[]) {
  return spawnSync('promtool', given, { cwd: deploy, encoding: 'utf8' });
}

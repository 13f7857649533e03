/** docs/metrics.md, from the declarations. */
import { createMetrics } from '../metrics.ts';
import type { MetricRow } from './declare.ts';
import { labelValuesMax } from './labels.ts';
import { createScrape } from './scrape.ts';

/** Everything that a relay may show at `/metrics`. */
export function metricRows(): readonly MetricRow[] {
  const metrics = createMetrics();
  createScrape(metrics);
  return metrics.declare.rows;
}

export function renderMetricsReference(): string {
  return [
    '# Metrics',
    '',
    'Generated from `src/observe/metrics.ts` and `src/observe/metrics/` by `npm run docs`; change it there.',
    '',
    "`/metrics` on the console's port gives Prometheus' text format, without login: it names sources, connectors, listeners and",
    'quotas, no addresses of mail but those that stand in the name of a quota, and nothing that a client said. [deploy/](../deploy/README.md) has the',
    'scrape configuration, alert rules and a dashboard for Grafana.',
    '',
    'Names and labels stay as they are; new ones may come. Units stand in the names: `_seconds`, `_bytes`; what ends in `_total`',
    'counts from the start of the process. A counter that nothing was counted by yet, and that has labels, is absent.',
    '',
    'The number of series is bounded. Of one label so many values are told apart, in the order in which they come, and every further',
    `one is counted as \`other\`: \`source\` ${labelValuesMax.source}, \`connector\` ${labelValuesMax.connector}, \`quota\` ${labelValuesMax.quota}, \`listener\` ${labelValuesMax.listener},`,
    `\`channel\` ${labelValuesMax.channel}, \`what\` ${labelValuesMax.what}, any other ${labelValuesMax.default}.`,
    '',
    ...metricRows()
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap(section),
  ].join('\n');
}

function section({ name, type, help, labels, buckets }: MetricRow): string[] {
  const rows = Object.entries(labels).map(([label, meaning]) => `| \`${label}\` | ${meaning} |`);
  return [
    `## \`${name}\``,
    '',
    `${titleOf(type)}, ${unitOf(name)}. ${help}`,
    '',
    ...(buckets ? [`Buckets: ${buckets.join(', ')}.`, ''] : []),
    ...(rows.length > 0 ? ['| label | values |', '| --- | --- |', ...rows, ''] : []),
  ];
}

function titleOf(type: MetricRow['type']): string {
  return `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

function unitOf(name: string): string {
  if (name.includes('_seconds')) return 'seconds';
  if (name.includes('_bytes')) return 'octets';
  return 'a number';
}

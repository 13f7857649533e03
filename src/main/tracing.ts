/** Traces of one relay; OpenTelemetry is loaded only where they are switched on. */
import { readFile } from 'node:fs/promises';
import type { LoadedNodeConfig } from '../config/load.ts';
import { readSecret } from '../config/secrets.ts';
import type { RelayEvent } from '../observe/events.ts';
import type { Metrics } from '../observe/metrics.ts';
import { MessageTraces } from '../observe/tracing/message-traces.ts';
import type { Clock } from '../platform/clock.ts';
import { StartFailure } from './failure.ts';
import { packageVersion } from './version.ts';

export interface Tracing extends AsyncDisposable {
  note(event: RelayEvent): void;
}

/** How long a stop waits for the collector. */
const closeMs = 2_000;

export async function openTracing(
  node: LoadedNodeConfig,
  metrics: Metrics,
  clock: Clock,
): Promise<Tracing | undefined> {
  const { tracing } = node;
  if (!tracing) return undefined;
  const { openTelemetry } = await import('../observe/tracing/open-telemetry.ts');
  const [headers, ca] = await Promise.all([
    headersOf(node),
    tracing.ca && readFile(tracing.ca, 'utf8'),
  ]).catch((cause: Error) => {
    throw new StartFailure('configuration', `${node.file}: tracing: ${cause.message}`, { cause });
  });
  const sink = openTelemetry({
    url: urlOf(tracing.endpoint),
    headers,
    ...(ca && { ca }),
    queueMax: tracing.queue,
    version: packageVersion(),
    hostname: node.hostname,
    count: (result, spans) => metrics.spans.inc({ result }, spans),
  });
  const traces = new MessageTraces(tracing.sample, (span) => sink.finish(span));
  return {
    note: (event) => traces.note(event, clock.now()),
    [Symbol.asyncDispose]: () => sink.close(closeMs),
  };
}

/** OTLP specification, "Endpoint URLs for OTLP/HTTP": the path of a base URL is `v1/traces`. */
function urlOf(endpoint: string): string {
  const url = new URL(endpoint);
  if (url.pathname === '/') url.pathname = '/v1/traces';
  return url.href;
}

async function headersOf({ tracing, directory }: LoadedNodeConfig): Promise<Record<string, string>> {
  const entries = Object.entries(tracing?.headers ?? {});
  return Object.fromEntries(
    await Promise.all(
      entries.map(async ([name, value]) => [name, await readSecret(value, directory)] as const),
    ),
  );
}

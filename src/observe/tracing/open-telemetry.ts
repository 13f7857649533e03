/**
 * Hands finished spans to OpenTelemetry's SDK, which sends them in batches by OTLP over HTTP. Loaded only where tracing is on.
 * The collector is waited for by nobody: spans beyond the queue are dropped and counted, those it does not take are counted too.
 */
import {
  type Context,
  type Link,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { rootSpanIdOf } from './ids.ts';
import type { FinishedSpan } from './message-traces.ts';

export interface OpenTelemetryOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** PEM text. */
  readonly ca?: string;
  readonly queueMax: number;
  readonly version: string;
  readonly hostname: string;
  readonly count: (result: 'exported' | 'dropped' | 'failed', spans: number) => void;
}

export interface SpanSink {
  finish(span: FinishedSpan): void;
  /** Sends what waits, for at most `graceMs` in real time. */
  close(graceMs: number): Promise<void>;
}

const batchMax = 512;
const everyMs = 2_000;
const exportMs = 10_000;
const attributeCharactersMax = 1_024;
const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

export function openTelemetry(options: OpenTelemetryOptions): SpanSink {
  const ids = new GivenIds();
  const provider = new TracerProvider({
    idGenerator: ids,
    // Semantic conventions, "Resource": what every span of this process shares.
    resource: resourceFromAttributes({
      'service.name': 'relay365',
      'service.version': options.version,
      'host.name': options.hostname,
    }),
    spanLimits: { attributeValueLengthLimit: attributeCharactersMax },
    spanProcessors: [new BoundedProcessor(options)],
  });
  const tracer = provider.getTracer('relay365', options.version);
  return {
    finish(span) {
      ids.next = span;
      const made = tracer.startSpan(
        span.name,
        {
          startTime: span.startMs,
          kind: kinds[span.kind],
          attributes: { ...span.attributes },
          ...(span.spanId !== undefined && { root: true }),
          ...(span.link !== undefined && { links: [linkTo(span.link)] }),
        },
        span.spanId === undefined ? under(span.traceId) : ROOT_CONTEXT,
      );
      if (span.error !== undefined) made.setStatus({ code: SpanStatusCode.ERROR, message: span.error });
      // A clock that was set back must not make a span of less than nothing.
      made.end(Math.max(span.startMs, span.endMs));
    },
    async close(graceMs) {
      const deadline = Promise.withResolvers<void>();
      const timer = setTimeout(deadline.resolve, graceMs);
      // What cannot be sent at the end was counted as failed.
      await Promise.race([provider.shutdown().catch(() => undefined), deadline.promise]);
      clearTimeout(timer);
    },
  };
}

function contextOf(traceId: string) {
  return { traceId, spanId: rootSpanIdOf(traceId), traceFlags: TraceFlags.SAMPLED };
}

function under(traceId: string): Context {
  return trace.setSpanContext(ROOT_CONTEXT, contextOf(traceId));
}

function linkTo(traceId: string): Link {
  return { context: contextOf(traceId) };
}

/** The SDK asks for ids while a span is made; they are those of the span that is being made. */
class GivenIds {
  next: FinishedSpan | undefined;

  generateTraceId(): string {
    return this.next?.traceId ?? randomHex(16);
  }

  generateSpanId(): string {
    return this.next?.spanId ?? randomHex(8);
  }
}

function randomHex(octets: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(octets))).toString('hex');
}

/** Counts what waits, so that what is dropped is known; the SDK's own processor drops in silence. */
class BoundedProcessor implements SpanProcessor {
  readonly #inner: BatchSpanProcessor;
  readonly #options: OpenTelemetryOptions;
  #waiting = 0;

  constructor(options: OpenTelemetryOptions) {
    this.#options = options;
    const { url, headers, ca } = options;
    const exporter = new OTLPTraceExporter({
      url,
      headers: { ...headers },
      timeoutMillis: exportMs,
      ...(ca !== undefined && { httpAgentOptions: { ca } }),
    });
    this.#inner = new BatchSpanProcessor({
      exporter: this.#counted(exporter),
      maxQueueSize: options.queueMax,
      maxExportBatchSize: batchMax,
      scheduledDelayMillis: everyMs,
      exportTimeoutMillis: exportMs,
    });
  }

  onStart(): void {
    // Nothing is to be done before the end.
  }

  onEnd(span: ReadableSpan): void {
    if (this.#waiting >= this.#options.queueMax) {
      this.#options.count('dropped', 1);
      return;
    }
    this.#waiting += 1;
    this.#inner.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#inner.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown();
  }

  #counted(exporter: SpanExporter): SpanExporter {
    return {
      export: (spans, done) => {
        exporter.export(spans, (result) => {
          this.#waiting -= spans.length;
          // ExportResultCode of the SDK: 0 is success.
          const code: number = result.code;
          this.#options.count(code === 0 ? 'exported' : 'failed', spans.length);
          done(result);
        });
      },
      shutdown: () => exporter.shutdown(),
    };
  }
}

/** Traces as a collector on loopback receives them by OTLP over HTTP. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { traceIdOf } from '../../src/observe/tracing/ids.ts';
import { openTelemetry } from '../../src/observe/tracing/open-telemetry.ts';
import { asking } from '../harness/admin-ask.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, sampleContent } from '../harness/workspace.ts';

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}

interface OtlpBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: OtlpSpan['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

async function startCollector(status = 200) {
  const bodies: OtlpBody[] = [];
  const requests: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({ url: request.url, headers: request.headers });
      bodies.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as OtlpBody);
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    bodies,
    requests,
    endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    spans: () =>
      bodies.flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
  };
}

test('a message is one trace at the collector, and its log lines bear the id', async () => {
  const collector = await startCollector();
  await using nextHop = await startNextHop();
  const started = await startTestRelay({
    policy: loopbackPolicy(nextHop.port),
    node: { tracing: { endpoint: collector.endpoint, headers: { authorization: 'Bearer test-value' } } },
  });
  {
    await using talk = await SmtpTalk.open(started.port);
    await talk.pipeline('EHLO scanner');
    await talk.send({
      from: 'scanner@contoso.com',
      to: ['a@fabrikam.example'],
      content: sampleContent('traced'),
    });
  }
  const { id } = await started.event('settled');
  expect(await asking(started)('trace', { params: { ref: id } })).toMatchObject({
    message: { id, traceId: traceIdOf(id) },
  });
  await started.relay.stop({ graceMs: 0 });
  await started[Symbol.asyncDispose]();
  const spans = collector.spans();
  const traceId = traceIdOf(id);
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
  const root = spans.find(({ name }) => name === 'message');
  expect(root?.parentSpanId ?? '').toBe('');
  const children = spans.filter(({ name }) => name !== 'message');
  expect(children.map(({ name }) => name)).toEqual(expect.arrayContaining(['accept', 'attempt']));
  expect(children.every(({ parentSpanId }) => parentSpanId === root?.spanId)).toBe(true);
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  for (const span of spans)
    expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
  const attempt = children.find(({ name }) => name === 'attempt');
  expect(attempt?.attributes).toContainEqual({ key: 'smtp.reply.code', value: { intValue: 250 } });
  expect(collector.bodies[0]?.resourceSpans[0]?.resource.attributes).toContainEqual({
    key: 'service.name',
    value: { stringValue: 'relay365' },
  });
  expect(collector.requests[0]).toMatchObject({
    url: '/v1/traces',
    headers: { authorization: 'Bearer test-value' },
  });
  const lines = started.log.map((line) => JSON.parse(line) as { event: string; traceId?: string });
  for (const kind of ['accepted', 'attempted', 'settled'])
    expect(lines.find(({ event }) => event === kind)?.traceId).toBe(traceId);
});

function sinkTo(endpoint: string, queueMax: number) {
  const counts = { exported: 0, dropped: 0, failed: 0 };
  const sink = openTelemetry({
    url: `${endpoint}/v1/traces`,
    headers: {},
    queueMax,
    version: '1',
    hostname: 'relay.contoso.com',
    count: (result, spans) => void (counts[result] += spans),
  });
  const finish = (name: string) =>
    sink.finish({ name, kind: 'internal', traceId: 'a'.repeat(32), startMs: 1, endMs: 2, attributes: {} });
  return { counts, sink, finish };
}

test('what is beyond the queue is dropped and counted, and nothing is lost without a count', async () => {
  const collector = await startCollector();
  const { counts, sink, finish } = sinkTo(collector.endpoint, 1_000);
  for (let index = 0; index < 5_000; index += 1) finish(`s${index}`);
  await sink.close(10_000);
  expect(counts).toEqual({ exported: 1_000, dropped: 4_000, failed: 0 });
  expect(collector.spans()).toHaveLength(1_000);
});

test('what the collector refuses is counted as failed', async () => {
  const collector = await startCollector(400);
  const { counts, sink, finish } = sinkTo(collector.endpoint, 1_000);
  finish('one');
  await sink.close(10_000);
  expect(counts).toEqual({ exported: 0, dropped: 0, failed: 1 });
});

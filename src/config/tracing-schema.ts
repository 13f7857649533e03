/** `tracing` of relay365.yaml: OpenTelemetry traces, one a message. */
import { z } from 'zod';
import { secret } from './secret-schema.ts';
import { between } from './units.ts';

export const tracingSchema = z
  .strictObject({
    endpoint: z
      .url({ protocol: /^https?$/, error: 'expected a URL such as https://collector.example.net:4318' })
      .describe('Collector that takes OTLP over HTTP; `/v1/traces` is added where the URL has no path.'),
    headers: z
      .record(z.string().regex(/^[A-Za-z0-9-]+$/, 'expected the name of a header'), secret)
      .default({})
      .describe('Headers of each request, such as `authorization`; their values are secrets.'),
    ca: z
      .string()
      .min(1)
      .optional()
      .describe('PEM file of the roots that the certificate must lead to; absent: those of the system.'),
    sample: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe(
        'Share of messages that are traced; decided by the id of the message, so that all of a trace is kept or nothing.',
      ),
    queue: between(512, 100_000, 'a number of spans')
      .default(4096)
      .describe('Spans that wait for the collector; more are dropped and counted.'),
  })
  .describe('OpenTelemetry traces, one a message; absent: none ([logging.md](logging.md#traces)).');

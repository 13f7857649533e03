/** One run: so many messages through one relay, from the first connection to the last arrival in the sink. */
import type { Child } from './child.ts';
import type { LoadRequest } from './load/process.ts';
import type { LoadResult } from './load/generator.ts';
import type { Case } from './options.ts';
import { cpuSeconds, peakBytes, resetPeaks } from './processes.ts';
import type { SinkCounts } from './sink/sink.ts';
import type { SinkRequest } from './sink/process.ts';
import type { Target } from './targets/target.ts';

export interface Measurement {
  readonly messages: number;
  /** A second, until the last was acknowledged. */
  readonly accepted: number;
  /** A second, until the last was in the sink. */
  readonly relayed: number;
  /** Milliseconds of the relay's whole process tree. */
  readonly cpuMs: number;
  readonly peakBytes: number;
  /** Connections that the relay opened to the sink. */
  readonly sinkConnections: number;
}

export interface Equipment {
  readonly load: Child;
  readonly sink: Child;
  readonly pipelining: boolean;
  /** Ends a run before its time. */
  readonly stop: AbortSignal;
}

/** A run that takes longer than this has failed, in milliseconds. */
const runMsMax = 90_000;

export async function measure(
  target: Target,
  { bytes, connections, reuse }: Case,
  messages: number,
  { load, sink, pipelining, stop }: Equipment,
): Promise<Measurement> {
  const deadline = AbortSignal.any([stop, AbortSignal.timeout(runMsMax)]);
  const askSink = (request: SinkRequest): Promise<unknown> => sink.ask(request, deadline);
  await askSink({ kind: 'restart' });
  await resetPeaks(target.pid);
  const cpuBefore = await cpuSeconds(target.pid);
  const request: LoadRequest = {
    host: '127.0.0.1',
    port: target.port,
    messages,
    connections,
    reuse,
    pipelining,
    contentBytes: bytes,
  };
  const arrived = askSink({ kind: 'reached', messages });
  const [result, lastAt] = (await Promise.all([load.ask(request, deadline), arrived])) as [
    LoadResult,
    bigint,
  ];
  const cpuAfter = await cpuSeconds(target.pid);
  const counts = (await askSink({ kind: 'counts' })) as SinkCounts;
  if (result.acknowledged !== messages || counts.messages !== messages) {
    throw new Error(
      `${target.name}: ${messages} sent, ${result.acknowledged} acknowledged, ${counts.messages} in the sink`,
    );
  }
  return {
    messages,
    accepted: rate(messages, result.startedAt, result.endedAt),
    relayed: rate(messages, result.startedAt, lastAt),
    cpuMs: ((cpuAfter - cpuBefore) * 1000) / messages,
    peakBytes: await peakBytes(target.pid),
    sinkConnections: counts.connections,
  };
}

function rate(messages: number, from: bigint, to: bigint): number {
  return messages / (Number(to - from) / 1e9);
}

/** The median of each figure, which need not come from the same run. */
export function medianOf(runs: readonly Measurement[]): Measurement {
  const middle = (pick: (run: Measurement) => number): number => {
    const sorted = runs.map(pick).toSorted((a, b) => a - b);
    const half = (sorted.length - 1) / 2;
    return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half)] ?? 0)) / 2;
  };
  return {
    messages: middle((run) => run.messages),
    accepted: middle((run) => run.accepted),
    relayed: middle((run) => run.relayed),
    cpuMs: middle((run) => run.cpuMs),
    peakBytes: middle((run) => run.peakBytes),
    sinkConnections: middle((run) => run.sinkConnections),
  };
}

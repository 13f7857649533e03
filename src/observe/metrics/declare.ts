/**
 * How a metric is declared: name, meaning, and what each label may be, in one place, so that docs/metrics.md and the test that
 * counts series come from the same words as what is scraped.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Label name to its meaning, with the values where they are few. */
export type Labels<L extends string> = { readonly [K in L]: string };

export interface MetricRow {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[];
}

export class MetricRegistry {
  readonly registry = new Registry();
  readonly rows: MetricRow[] = [];

  counter<L extends string = never>(name: string, help: string, labels?: Labels<L>): Counter<L> {
    return new Counter<L>(this.#row('counter', name, help, labels));
  }

  gauge<L extends string = never>(name: string, help: string, labels?: Labels<L>): Gauge<L> {
    return new Gauge<L>(this.#row('gauge', name, help, labels));
  }

  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labels?: Labels<L>,
  ): Histogram<L> {
    return new Histogram<L>({ ...this.#row('histogram', name, help, labels, buckets), buckets });
  }

  #row<L extends string>(
    type: MetricRow['type'],
    name: string,
    help: string,
    labels: Labels<L> | undefined,
    buckets?: readonly number[],
  ): { name: string; help: string; labelNames: L[]; registers: Registry[] } {
    this.rows.push({ name, type, help, labels: labels ?? {}, ...(buckets && { buckets }) });
    return { name, help, labelNames: Object.keys(labels ?? {}) as L[], registers: [this.registry] };
  }
}

/** Every route of the admin API. The server registers exactly these, and the OpenAPI document lists exactly these. */
import type { z } from 'zod';
import type { Route } from './route.ts';
import { systemRoutes } from './routes/system.ts';
import { messagesRoutes } from './routes/messages.ts';
import { messagePartsRoutes } from './routes/message-parts.ts';
import { searchesRoutes } from './routes/searches.ts';
import { queueRoutes } from './routes/queue.ts';
import { trafficRoutes } from './routes/traffic.ts';
import { securityRoutes } from './routes/security.ts';
import { eventsRoutes } from './routes/events.ts';
import { sourcesRoutes } from './routes/sources.ts';
import { connectorsRoutes } from './routes/connectors.ts';
import { policyRoutes } from './routes/policy.ts';
import { strangersDecisionsRoutes } from './routes/strangers-decisions.ts';
import { replayRoutes } from './routes/replay.ts';
import { simulatorRoutes } from './routes/simulator.ts';
import { setupRoutes } from './routes/setup.ts';
import { accessRoutes } from './routes/access.ts';
import { auditRoutes } from './routes/audit.ts';
import { healthRoutes } from './routes/health.ts';
import { alertsRoutes } from './routes/alerts.ts';
import { backupRoutes } from './routes/backup.ts';
import { calendarRoutes } from './routes/calendar.ts';
import { reviewRoutes } from './routes/review.ts';
import { reportsRoutes } from './routes/reports.ts';
import { testBenchRoutes } from './routes/test-bench.ts';
import { doctorRoutes } from './routes/doctor.ts';
import { exitPlanRoutes } from './routes/exit-plan.ts';
import { explainRoutes } from './routes/explain.ts';
import { transcriptRoutes } from './routes/transcripts.ts';
import { microsoft365Routes } from './routes/microsoft365.ts';

export type { Route } from './route.ts';

export const routes = {
  ...systemRoutes,
  ...messagePartsRoutes,
  ...messagesRoutes,
  ...searchesRoutes,
  ...queueRoutes,
  ...trafficRoutes,
  ...securityRoutes,
  ...eventsRoutes,
  ...sourcesRoutes,
  ...connectorsRoutes,
  ...policyRoutes,
  ...strangersDecisionsRoutes,
  ...simulatorRoutes,
  ...replayRoutes,
  ...setupRoutes,
  ...accessRoutes,
  ...auditRoutes,
  ...healthRoutes,
  ...alertsRoutes,
  ...calendarRoutes,
  ...reportsRoutes,
  ...reviewRoutes,
  ...backupRoutes,
  ...testBenchRoutes,
  ...doctorRoutes,
  ...explainRoutes,
  ...exitPlanRoutes,
  ...transcriptRoutes,
  ...microsoft365Routes,
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

type Field<N extends RouteName, F extends string> = (typeof routes)[N] extends {
  readonly [K in F]: infer S extends z.ZodType;
}
  ? z.output<S>
  : undefined;

/** What a handler of this route is given, parsed. */
export interface Given<N extends RouteName> {
  readonly params: Field<N, 'params'>;
  readonly query: Field<N, 'query'>;
  readonly body: Field<N, 'body'>;
}

/** What it answers: nothing with 204, the place to go with 302, a text where there is no schema, events of a stream. */
export type Answer<N extends RouteName> = (typeof routes)[N] extends { readonly stream: true }
  ? AsyncIterable<Field<N, 'response'> | StreamEvent<Field<N, 'response'>>>
  : (typeof routes)[N] extends { readonly success: 204 }
    ? void
    : (typeof routes)[N] extends { readonly success: 302 }
      ? string
      : Field<N, 'response'> extends undefined
        ? string | TextAnswer
        : Field<N, 'response'>;

/** One event of a stream with an id: an interrupted reader goes on from there. */
export class StreamEvent<T> {
  readonly id: string;
  readonly data: T;

  constructor(id: string, data: T) {
    this.id = id;
    this.data = data;
  }
}

/** A text with fields of its own in the head of the answer; a long one is written while it is made. */
export interface TextAnswer {
  readonly text: string | AsyncIterable<string>;
  /** In place of the route's. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What serving a route needs besides the route. */
import type { FastifyRequest } from 'fastify';
import type { Route } from '../../../contract/route.ts';
import type { Caller } from '../caller.ts';
import type { Identity } from '../guard/identify.ts';
import type { AdminContext } from '../context.ts';
import type { EventStreams } from './event-stream.ts';
import type { StrangerBudget } from './recorded.ts';
import type { Replays } from './replays.ts';
import type { Turns } from './versions.ts';

export interface Served {
  readonly context: AdminContext;
  readonly handlers: {
    get(name: string): ((given: unknown, caller: Caller) => unknown) | undefined;
  };
  readonly replays: Replays;
  readonly turns: Turns;
  readonly streams: EventStreams;
  readonly strangers: StrangerBudget;
  /** Under TLS, or behind a proxy that has it. */
  readonly isSecure: boolean;
  readonly transportHeaders: Readonly<Record<string, string>>;
  /** Of the client, also where a listed proxy asks for it. */
  addressOf(request: FastifyRequest): string;
  /** As the guard found it out. */
  identityOf(request: FastifyRequest): Identity;
  /** Whether who opened a stream may still have it. */
  stillMay(request: FastifyRequest, route: Route): Promise<boolean>;
  fault(error: unknown): void;
}

/** The shape of a route of the admin API, and parts that many routes share. */
import { z } from 'zod';
import type { Role } from './roles.ts';
import { objectName, ref } from './schemas/common.ts';

export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 412 | 413 | 422 | 428 | 429 | 502 | 503;

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `{name}` for parameters, as OpenAPI writes them. */
  readonly path: string;
  readonly summary: string;
  /**
   * Least role that may call it. `anyone`: before signing in, and nothing that is secret to who reaches the port;
   * `signed-in`: what concerns the caller alone.
   */
  readonly role: Role | 'signed-in' | 'anyone';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Absent, where success is not 204 or 302: a text of `contentType`. */
  readonly response?: z.ZodType;
  readonly contentType?: string;
  /** What else the text may be, as the query asks. */
  readonly otherContentTypes?: readonly string[];
  /** Status of success where it is not 200. */
  readonly success?: 201 | 204 | 302;
  /** A method other than GET that changes nothing (a trial, a judgement): it leaves no audit entry. */
  readonly readsOnly?: true;
  /** A GET that leaves an audit entry all the same: what it shows is worth knowing who saw it. */
  readonly audited?: true;
  /** Makes something new: an `Idempotency-Key` that was seen with the same request gets the first answer again. */
  readonly creates?: true;
  /** The answer of GET carries an `ETag`; a change must name it in `If-Match` (428 without, 412 when it has moved on). */
  readonly versioned?: true;
  /** Server-sent events; the response schema is that of one event's data. */
  readonly stream?: true;
  /** Statuses beyond success that this route itself gives, each with a problem. */
  readonly problems?: readonly ProblemStatus[];
}

/** One page of a list. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    cursor: z.string().optional().describe('Ask with it for the next page.'),
  });

export const byId = z.object({ id: ref });
export const byRef = z.object({ ref });
export const byName = z.object({ name: objectName });

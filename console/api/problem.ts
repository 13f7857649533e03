/** An answer other than success: RFC 9457 problem details, as a sentence and what is behind it. */
import type { ProblemBody } from '../../contract/schemas/common.ts';

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  /** URI that names the kind of problem; `about:blank` where the status says it all. */
  readonly type: string;
  /** More than the sentence, where the relay says it. */
  readonly detail: string | undefined;
  readonly findings: NonNullable<ProblemBody['findings']>;

  constructor(status: number, sentence: string, detail?: string, body?: Partial<ProblemBody>) {
    super(sentence);
    this.status = status;
    this.type = body?.type ?? 'about:blank';
    this.detail = detail;
    this.findings = body?.findings ?? [];
  }
}

const sentences = new Map<number, string>([
  [0, 'The relay does not answer. It may be stopped, or the network between you and it is down.'],
  [401, 'You are not signed in.'],
  [403, 'Your role does not allow this.'],
  [404, 'This does not exist. It may have been deleted or cleared since the link was made.'],
  [409, 'This cannot be done in the present state.'],
  [412, 'Somebody else changed this in the meantime. Load it again, then repeat your change.'],
  [413, 'This is larger than the relay takes.'],
  [422, 'The relay cannot use this as it is.'],
  [429, 'Too many attempts. Wait a little before the next one.'],
  [503, 'The relay cannot do this at the moment.'],
]);

export function sentenceFor(status: number): string {
  return (
    sentences.get(status) ?? (status >= 500 ? 'The relay failed at this.' : 'The relay did not take this.')
  );
}

/** Never rejects: an answer that is no problem document (of a proxy in between, say) gives the sentence alone. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const body = await readBody(response);
  const words = [body?.title, body?.detail].filter((text) => text !== undefined).join(': ');
  return new ApiProblem(
    response.status,
    sentenceFor(response.status),
    words === '' ? `HTTP status ${response.status}` : words,
    body,
  );
}

async function readBody(response: Response): Promise<Partial<ProblemBody> | undefined> {
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) return undefined;
  try {
    return (await response.json()) as Partial<ProblemBody>;
  } catch {
    // Cut off on its way; the status still says what happened.
    return undefined;
  }
}

export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem(
    -1,
    'The console failed at this.',
    error instanceof Error ? error.message : String(error),
  );
}

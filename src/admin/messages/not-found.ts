import { Problem } from '../problem.ts';

export function notFound(ref: string): Problem {
  return new Problem(
    404,
    'Not found',
    `nothing is known under the reference ${ref}: it was never given, its retention is over, or it was one ` +
      'refusal of a flood, of which only the first are kept (event refusals-suppressed)',
  );
}

import { QueryCache, QueryClient } from '@tanstack/react-query';
import { asProblem } from '../api/problem.ts';

/** An answer is fresh for so long, in milliseconds: going back to a list does not ask again at once. */
const freshMs = 5_000;

export function makeQueryClient(): QueryClient {
  const client = new QueryClient({
    queryCache: new QueryCache({
      // The session has ended: asking for it again shows the sign-in page, which leads back here.
      onError(error) {
        if (asProblem(error).status === 401) void client.invalidateQueries({ queryKey: ['session'] });
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: freshMs,
        // What the relay refused it refuses again; only a missing answer is worth a second attempt.
        retry: (failures, error) => failures < 1 && asProblem(error).status === 0,
      },
    },
  });
  return client;
}

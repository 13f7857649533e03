/** Reading and changing through react-query: answers are kept by route and parameters, and changes mark them stale. */
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOptions } from './client.ts';
import { call, isVersioned } from './client.ts';
import type { ApiProblem } from './problem.ts';
import type { Answer, Given, RouteName } from './types.ts';

export interface ReadOptions {
  /** Ask again so often, in milliseconds, while the page is looked at; may depend on the answer that is there. */
  readonly every?: number | ((answer: unknown) => number);
  readonly enabled?: boolean;
}

export function useRead<N extends RouteName>(
  name: N,
  given: Given<N>,
  { every, enabled = true }: ReadOptions = {},
): UseQueryResult<Answer<N>, ApiProblem> {
  return useQuery<Answer<N>, ApiProblem>({
    queryKey: [name, given],
    queryFn: ({ signal }) => call(name, given, { signal }),
    // While another page of the list comes, the one before stays and nothing jumps.
    placeholderData: keepPreviousData,
    // The entity tag belongs to the very object that came.
    structuralSharing: !isVersioned(name),
    enabled,
    ...(every !== undefined && {
      refetchInterval: typeof every === 'number' ? every : ({ state }) => every(state.data),
    }),
  });
}

export type ChangeInput<N extends RouteName> = Given<N> & { readonly options?: CallOptions };

/** `stale`: routes whose answers the change may have altered. */
export function useChange<N extends RouteName>(
  name: N,
  stale: readonly RouteName[],
): UseMutationResult<Answer<N>, ApiProblem, ChangeInput<N>> {
  const client = useQueryClient();
  return useMutation<Answer<N>, ApiProblem, ChangeInput<N>>({
    mutationFn: ({ options, ...given }) => call(name, given as unknown as Given<N>, options),
    // Not waited for: who asked for the change is to hear of it, and may be gone once the lists are new.
    onSettled() {
      for (const route of stale) void client.invalidateQueries({ queryKey: [route] });
    },
  });
}

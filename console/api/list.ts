/** Lists that come page by page from the server. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { call } from './client.ts';
import type { ApiProblem } from './problem.ts';
import type { Given, Item, ListRoute } from './types.ts';

export interface List<T> {
  readonly items: readonly T[];
  /** The first page has not come yet. */
  readonly isFirst: boolean;
  readonly isBusy: boolean;
  readonly problem: ApiProblem | null;
  /** Absent: this was all. */
  readonly more?: () => void;
  readonly again: () => void;
}

interface Page {
  readonly items: readonly unknown[];
  readonly cursor?: string | undefined;
}

/** `every`: ask again so often, in milliseconds, while no more than the first page is shown. */
export function useList<N extends ListRoute>(name: N, given: Given<N>, every?: number): List<Item<N>> {
  const query = useInfiniteQuery<
    Page,
    ApiProblem,
    { readonly pages: readonly Page[] },
    readonly unknown[],
    string
  >({
    queryKey: [name, 'list', given],
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) =>
      call(name, withCursor(given as object, pageParam) as Given<N>, { signal }) as unknown as Promise<Page>,
    getNextPageParam: ({ cursor }) => cursor,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      every !== undefined && (state.data?.pages.length ?? 0) <= 1 ? every : false,
  });
  return {
    items: (query.data?.pages.flatMap(({ items }) => items) ?? []) as readonly Item<N>[],
    isFirst: query.isPending,
    isBusy: query.isFetching,
    problem: query.error,
    again: () => void query.refetch(),
    ...(query.hasNextPage && { more: () => void query.fetchNextPage() }),
  };
}

function withCursor(given: object, cursor: string): object {
  if (cursor === '') return given;
  const { query } = given as { readonly query?: object };
  return { ...given, query: { ...query, cursor } };
}

/** Filters of a list, kept in the address: shared by link, kept by the back button. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

/** Takes a text out of the address; `undefined` where it says nothing of use. */
export type Filter<T> = (text: string) => T | undefined;
export type Filters = Readonly<Record<string, Filter<unknown>>>;
export type Values<F extends Filters> = {
  readonly [K in keyof F]?: Exclude<ReturnType<F[K]>, undefined> | undefined;
};

export const textFilter: Filter<string> = (text) => (text === '' ? undefined : text);

export function oneOf<const T extends string>(...choices: readonly T[]): Filter<T> {
  return (text) => choices.find((choice) => choice === text);
}

export const flagFilter: Filter<true> = (text) => (text === 'true' ? true : undefined);

export const numberFilter: Filter<number> = (text) => (/^\d{1,12}$/.test(text) ? Number(text) : undefined);

/** `filters` must be the same object at every call: declare it beside the component. */
export function useFilters<const F extends Filters>(
  filters: F,
): readonly [Values<F>, (change: Values<F>, how?: { readonly replace?: boolean }) => void] {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const values = useMemo(() => {
    const entries = Object.entries(filters).map(([name, read]) => {
      const value = search[name];
      return [name, typeof value === 'string' ? read(value) : undefined] as const;
    });
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Values<F>;
  }, [filters, search]);
  const change = useCallback(
    (changed: Values<F>, { replace = false } = {}) => {
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => ({ ...before, ...changed }),
        replace,
      } as never);
    },
    [navigate],
  );
  return [values, change];
}

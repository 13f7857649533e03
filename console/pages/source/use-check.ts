/** What the relay finds about a source as it is typed; a moment after the last key. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { SourceCheck } from '../../../contract/schemas/sources.ts';
import { call } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';
import type { Finding } from '../../parts/finding-list.tsx';
import { useDebounced } from '../../parts/debounced.ts';
import type { Entry } from './draft.ts';
import { valueAt } from './draft.ts';

export interface Checked {
  readonly check: SourceCheck | undefined;
  /** Where the entry stands in the policy. */
  readonly base: string;
  readonly findings: readonly Finding[];
  /** The answer is about what is typed now. */
  readonly isSettled: boolean;
  /** Other than findings. */
  readonly problem: ApiProblem | null;
}

/** A login without a password: one is made when it is saved. */
export function needsPassword(entry: Entry): boolean {
  return (
    valueAt(entry, ['login', 'username']) !== undefined && valueAt(entry, ['login', 'password']) === undefined
  );
}

export function useCheck(entry: Entry, replaces: string | undefined): Checked {
  const settled = useDebounced(entry);
  const { data, error, isFetching } = useQuery<SourceCheck, ApiProblem>({
    queryKey: ['checkSource', settled, replaces],
    queryFn: ({ signal }) =>
      call(
        'checkSource',
        {
          body: {
            document: settled as { name: string },
            newPassword: needsPassword(settled),
            ...(replaces !== undefined && { replaces }),
          },
        },
        { signal },
      ),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const isSettled = settled === entry && !isFetching;
  // The request itself did not fit: its findings name the document as a part of the request.
  if (error && error.findings.length > 0) {
    const findings = error.findings.map((finding) => ({
      ...finding,
      path: finding.path.replace(/^(?:body\.)?document\b/, 'source'),
    }));
    return { check: undefined, base: 'source', findings, isSettled, problem: null };
  }
  return {
    check: error ? undefined : data,
    base: data?.path ?? 'source',
    findings: data?.findings ?? [],
    isSettled,
    problem: error,
  };
}

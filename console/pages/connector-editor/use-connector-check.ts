/** What the relay finds about a connector as it is typed; a moment after the last key. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { FindingsView } from '../../../contract/schemas/policy.ts';
import { call } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';
import type { Finding } from '../../parts/finding-list.tsx';
import { useDebounced } from '../../parts/debounced.ts';
import type { Entry } from '../source/draft.ts';

/** Paths of findings begin so, wherever the entry stands in the policy. */
export const base = 'connector';

export interface Checked {
  readonly findings: readonly Finding[];
  readonly isValid: boolean;
  /** The answer is about what is typed now. */
  readonly isSettled: boolean;
  readonly problem: ApiProblem | null;
}

/** `index`: where the entry stands among the connectors of the policy, or will. */
export function useConnectorCheck(
  entry: Entry,
  replaces: string | undefined,
  index: number | undefined,
): Checked {
  const settled = useDebounced(entry);
  const { data, error, isFetching } = useQuery<FindingsView, ApiProblem>({
    queryKey: ['checkConnector', settled, replaces],
    queryFn: ({ signal }) =>
      call(
        'checkConnector',
        { body: { document: settled as { name: string }, ...(replaces !== undefined && { replaces }) } },
        { signal },
      ),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const isSettled = settled === entry && !isFetching;
  const own = new RegExp(`^(?:policy\\.)?connectors\\[${index}\\]`);
  // A request that did not fit names the document as a part of itself.
  const sent = /^(?:body\.)?document\b/;
  const renamed = (findings: readonly Finding[]): readonly Finding[] =>
    findings.map((finding) => ({ ...finding, path: finding.path.replace(own, base).replace(sent, base) }));
  if (error) {
    const isAboutIt = error.findings.length > 0;
    return {
      findings: renamed(error.findings),
      isValid: false,
      isSettled,
      problem: isAboutIt ? null : error,
    };
  }
  return { findings: renamed(data?.findings ?? []), isValid: data?.valid === true, isSettled, problem: null };
}

/** "What would happen": a message judged stage by stage by what judges the live session; nothing is sent. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import type { SimulationResult } from '../../../contract/schemas/simulator.ts';
import { call } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';
import { useRead } from '../../api/queries.ts';
import { useFilters } from '../../app/filters.ts';
import { Card } from '../../parts/card.tsx';
import { CopyLink } from '../../parts/copy-button.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { BranchForkRegular } from '@fluentui/react-icons/svg/branch-fork';
import { PagePending } from '../../shell/page-pending.tsx';
import type { GivenContent } from './content.ts';
import { contentParts } from './content.ts';
import type { Question } from './question.ts';
import { bodyOf, questionFilters } from './question.ts';
import { QuestionForm } from './question-form.tsx';
import { Stages } from './stages.tsx';

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 2fr) minmax(0, 3fr)',
    alignItems: 'start',
    gap: tokens.spacingHorizontalL,
    '@media (max-width: 1099px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [question, change] = useFilters(questionFilters);
  const { ask: _, message, ...asked } = question;
  useMessageFacts(message, change);
  // Too long for the address of the page; `count` tells one from the next.
  const [given, setGiven] = useState<{ readonly content: GivenContent | undefined; readonly count: number }>({
    content: undefined,
    count: 0,
  });
  const isAsked = question.ask === 'now';
  const answer = useQuery<SimulationResult, ApiProblem>({
    queryKey: ['simulate', asked, given.count],
    queryFn: ({ signal }) =>
      call('simulate', { body: bodyOf(asked, contentParts(given.content)) }, { signal }),
    enabled: isAsked,
    // Rates, ends and the policy may have moved on.
    staleTime: 0,
  });
  const submit = (next: Question, content: GivenContent | undefined): void => {
    const isSame = JSON.stringify({ ...next }) === JSON.stringify(asked);
    const isSameContent = content === given.content;
    if (!isSameContent) setGiven(({ count }) => ({ content, count: count + 1 }));
    if (!isAsked || !isSame) change({ ...emptied, ...next, ask: 'now' });
    else if (isSameContent) void answer.refetch();
  };
  return (
    <PageFrame
      title="What would happen"
      lead="A message judged by the policy in force, stage by stage. Nothing is sent, nothing is counted."
      actions={<CopyLink />}
    >
      <div className={styles.columns}>
        <Card title="The message">
          <QuestionForm
            question={asked}
            content={given.content}
            problem={isAsked ? answer.error : null}
            onSubmit={submit}
          />
        </Card>
        <Card title="What the relay would do">
          {!isAsked && (
            <EmptyState title="Nothing asked yet" icon={BranchForkRegular}>
              Fill in who sends what to whom. From a message, an unknown sender or a source, “What would
              happen” leads here with the fields filled in.
            </EmptyState>
          )}
          {isAsked && answer.isFetching && !answer.data && <PagePending />}
          {isAsked && answer.error && (
            <ErrorState problem={answer.error} retry={() => void answer.refetch()} />
          )}
          {isAsked && answer.data && !answer.error && <Stages result={answer.data} />}
        </Card>
      </div>
    </PageFrame>
  );
}

/** `?message=` becomes the fields of that message, and goes out of the address. */
function useMessageFacts(
  id: string | undefined,
  change: (change: Question, how: { readonly replace: true }) => void,
): void {
  const { data } = useRead('message', { params: { id: id ?? '' } }, { enabled: id !== undefined });
  useEffect(() => {
    if (id === undefined || data?.id !== id) return;
    const { client, sender, recipients, from, bytes } = data;
    const facts: Question = {
      address: client?.address,
      listener: client?.listener,
      helo: client?.helo,
      login: client?.login,
      tls: client?.tls ? true : undefined,
      sender,
      recipients: recipients.map(({ address }) => address).join(', '),
      from,
      bytes,
      message: undefined,
    };
    change(facts, { replace: true });
  }, [id, data, change]);
}

/** Fields that the form leaves empty go out of the address. */
const emptied = Object.fromEntries(Object.keys(questionFilters).map((key) => [key, undefined])) as Question;

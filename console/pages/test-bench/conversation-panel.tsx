/** The conversation tester: the question at the left, the steps at the right as they happen. */
import { makeStyles, MessageBar, MessageBarBody, Spinner, tokens } from '@fluentui/react-components';
import { BeakerRegular } from '@fluentui/react-icons/svg/beaker';
import type { ReactNode } from 'react';
import type { ConversationView } from '../../../contract/schemas/conversation.ts';
import { useFilters } from '../../app/filters.ts';
import { Card } from '../../parts/card.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { number } from '../../parts/words.ts';
import type { Question } from './question.ts';
import { bodyOf, questionFilters } from './question.ts';
import { QuestionForm } from './question-form.tsx';
import { outcomes, Steps } from './steps.tsx';
import type { Held } from './use-conversation.ts';
import { useConversation } from './use-conversation.ts';

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 2fr) minmax(0, 3fr)',
    alignItems: 'start',
    gap: tokens.spacingHorizontalL,
    '@media (max-width: 1099px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  result: {
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: tokens.spacingHorizontalM,
    overflowWrap: 'anywhere',
  },
});

const emptied = Object.fromEntries(Object.keys(questionFilters).map((key) => [key, undefined])) as Question;

export function ConversationPanel(): ReactNode {
  const styles = useStyles();
  const [question, change] = useFilters(questionFilters);
  const { held, hold, stop } = useConversation();
  const problem = held.kind === 'failed' ? held.problem : undefined;
  return (
    <div className={styles.columns}>
      <Card title="The conversation">
        <QuestionForm
          question={question}
          problem={problem}
          isBusy={held.kind === 'under-way'}
          onStop={stop}
          onSubmit={(next, password) => {
            change({ ...emptied, ...next }, { replace: true });
            hold(bodyOf(next, password));
          }}
        />
      </Card>
      <Course held={held} />
    </div>
  );
}

function Course({ held }: { readonly held: Held }): ReactNode {
  if (held.kind === 'none') {
    return (
      <Card title="What was said">
        <EmptyState title="No conversation yet" icon={BeakerRegular}>
          Each step appears as it happens, with its time: the lines that were sent and received, and beside
          them what they mean. It stops at the first step that fails.
        </EmptyState>
      </Card>
    );
  }
  if (held.kind === 'ended') return <Conversation conversation={held.conversation} />;
  return (
    <Card title={held.title === '' ? 'What was said' : held.title}>
      {held.kind === 'under-way' && <Spinner size="tiny" label="Under way" labelPosition="after" />}
      {held.kind === 'failed' && held.problem && <ErrorState problem={held.problem} />}
      {held.kind === 'failed' && !held.problem && (
        <MessageBar intent="warning">
          <MessageBarBody>It was broken off before its end.</MessageBarBody>
        </MessageBar>
      )}
      <Steps steps={held.steps} />
    </Card>
  );
}

export function Conversation({ conversation }: { readonly conversation: ConversationView }): ReactNode {
  const styles = useStyles();
  const { title, outcome, summary, ms, steps, text } = conversation;
  return (
    <Card title={title} actions={<CopyButton what="Text" text={text} />}>
      <div className={styles.result} role="status">
        <StatusBadge tone={outcomes[outcome][0]}>{outcomes[outcome][1]}</StatusBadge>
        <span>{`${summary} (${number(ms)} ms)`}</span>
      </div>
      <Steps steps={steps} />
    </Card>
  );
}

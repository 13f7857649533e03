/** The last sessions of one source or unknown address, the capture of all of them, and what would have helped. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { Link, useParams } from '@tanstack/react-router';
import { ChatEmptyRegular } from '@fluentui/react-icons/svg/chat-empty';
import type { ReactNode } from 'react';
import { useRead } from '../../api/queries.ts';
import { textFilter, useFilters } from '../../app/filters.ts';
import { Card } from '../../parts/card.tsx';
import { CopyLink } from '../../parts/copy-button.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { countOf } from '../../parts/words.ts';
import { PagePending } from '../../shell/page-pending.tsx';
import { CaptureBar, StartCapture } from './capture.tsx';
import { SessionView } from './session-view.tsx';
import { Suggestion } from './suggestion.tsx';
import type { Session } from './transcript-words.ts';
import { newestFirst } from './transcript-words.ts';

const filters = { open: textFilter };
/** While a device is being tried, its next session is waited for. */
const everyMs = 3_000;
const closed = 'none';

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const { key = '' } = useParams({ strict: false }) as { readonly key?: string };
  const [{ open }, change] = useFilters(filters);
  const keys = useRead('transcripts', {}, { every: everyMs });
  const shown = useRead('transcript', { params: { key } }, { every: everyMs });
  const capture = keys.data?.captures.find((one) => one.key === key);
  const isSource = keys.data?.items.find((one) => one.key === key)?.kind === 'source';
  const isNone = shown.error?.status === 404;
  const transcript = shown.data?.key === key && !shown.error ? shown.data : undefined;
  if (keys.isPending || (shown.isPending && !isNone)) return <PagePending />;
  const sessions = newestFirst(transcript?.sessions ?? []);
  const opened = open ?? (sessions.find(({ failed }) => failed) ?? sessions[0])?.ref;
  return (
    <PageFrame
      title={key}
      above={<Link to="/transcripts">Device transcripts</Link>}
      lead="What was said in its last sessions. Passwords and contents are never kept."
      actions={
        <div className={styles.actions}>
          <CopyLink />
          {!capture && <StartCapture of={key} />}
        </div>
      }
    >
      {capture && <CaptureBar capture={capture} />}
      {shown.error && !isNone && <ErrorState problem={shown.error} retry={() => void shown.refetch()} />}
      {keys.error && <ErrorState problem={keys.error} retry={() => void keys.refetch()} />}
      {isNone && <NoSession of={key} isCaptured={capture !== undefined} />}
      {transcript && (
        <>
          <Suggestion
            of={key}
            switches={transcript.suggested}
            isSource={isSource}
            canApply={transcript.canApply}
          />
          <Sessions
            sessions={sessions}
            opened={opened}
            onOpen={(ref) => change({ open: ref ?? closed }, { replace: true })}
          />
          <p>
            {isSource ? (
              <Link to="/sources/$name" params={{ name: key }}>
                The source
              </Link>
            ) : (
              <Link to="/unknown-senders" search={{ text: key }}>
                What else this address tried
              </Link>
            )}
          </p>
        </>
      )}
    </PageFrame>
  );
}

function NoSession({ of, isCaptured }: { readonly of: string; readonly isCaptured: boolean }): ReactNode {
  return (
    <Card>
      <EmptyState title={`No session of ${of} is kept`} icon={ChatEmptyRegular}>
        {isCaptured
          ? 'Let the device send: its session appears here as soon as it has ended.'
          : 'Failed sessions are kept by themselves, and the last one that was fine until the relay starts again. To see all of them, start a capture and let the device send.'}
      </EmptyState>
    </Card>
  );
}

function Sessions(props: {
  readonly sessions: readonly Session[];
  readonly opened: string | undefined;
  readonly onOpen: (ref: string | undefined) => void;
}): ReactNode {
  const { sessions, opened, onOpen } = props;
  return (
    <Card title={`The last ${countOf(sessions.length, 'session')}`} flush>
      {sessions.map((session) => (
        <SessionView
          key={session.ref}
          session={session}
          isOpen={session.ref === opened}
          onToggle={(isOpen) => {
            if (isOpen) onOpen(session.ref);
            else if (session.ref === opened) onOpen(undefined);
          }}
        />
      ))}
    </Card>
  );
}

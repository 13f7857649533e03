/** A full capture of one source: its begin, its end, and the way to end it early. */
import {
  Button,
  makeStyles,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  tokens,
} from '@fluentui/react-components';
import { RecordRegular } from '@fluentui/react-icons/svg/record';
import { RecordStopRegular } from '@fluentui/react-icons/svg/record-stop';
import type { ReactNode } from 'react';
import type { TranscriptKeys } from '../../../contract/schemas/transcripts.ts';
import type { RouteName } from '../../api/types.ts';
import { useChange } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { asAnnouncement, useAnnounce } from '../../parts/announce.tsx';
import { Moment } from '../../parts/moment.tsx';
import { countOf } from '../../parts/words.ts';

export type CaptureInForce = TranscriptKeys['captures'][number];

/** Routes that show captures and what they keep. */
export const touchedByCapture: readonly RouteName[] = ['transcripts', 'transcript'];

const useStyles = makeStyles({
  body: { overflowWrap: 'anywhere' },
  bar: { flexShrink: 0, color: tokens.colorNeutralForeground1 },
});

export function StartCapture({ of }: { readonly of: string }): ReactNode {
  const announce = useAnnounce();
  const start = useChange('startCapture', touchedByCapture);
  if (!useMay('operator')) return null;
  return (
    <Button
      icon={<RecordRegular />}
      disabled={start.isPending}
      onClick={() =>
        start.mutate(
          { params: { key: of } },
          {
            onSuccess: () =>
              announce({
                intent: 'success',
                title: `Every session of ${of} is kept for 15 minutes`,
                detail: 'Let the device send now. Passwords and contents are left out even so.',
              }),
            onError: (problem) => announce(asAnnouncement(problem)),
          },
        )
      }
    >
      Capture for 15 minutes
    </Button>
  );
}

/** What is being captured, with its end. */
export function CaptureBar({ capture }: { readonly capture: CaptureInForce }): ReactNode {
  const styles = useStyles();
  const announce = useAnnounce();
  const stop = useChange('stopCapture', touchedByCapture);
  const mayStop = useMay('operator');
  const { key, by, until, sessions } = capture;
  return (
    <MessageBar className={styles.bar} intent="info" layout="multiline">
      <MessageBarBody className={styles.body}>
        <MessageBarTitle>{`Capture of ${key}`}</MessageBarTitle>
        {`Every session is kept whole, ${countOf(sessions, 'session')} so far. It ends by itself `}
        <Moment at={until} show="due" />
        {' ('}
        <Moment at={until} show="full" />
        {`). Started by ${by}.`}
      </MessageBarBody>
      {mayStop && (
        <MessageBarActions>
          <Button
            size="small"
            icon={<RecordStopRegular />}
            aria-label={`End now: the capture of ${key}`}
            disabled={stop.isPending}
            onClick={() =>
              stop.mutate(
                { params: { key } },
                {
                  onSuccess: () => announce({ intent: 'info', title: `The capture of ${key} has ended` }),
                  onError: (problem) => announce(asAnnouncement(problem)),
                },
              )
            }
          >
            End now
          </Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}

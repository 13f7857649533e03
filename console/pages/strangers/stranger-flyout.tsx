import {
  Button,
  makeStyles,
  MessageBar,
  MessageBarBody,
  tokens,
  Toolbar,
  ToolbarButton,
} from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { StrangerView } from '../../../contract/schemas/security.ts';
import { useChange, useRead } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { asAnnouncement, useAnnounce } from '../../parts/announce.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { useMayEditPolicy } from '../../parts/managed-note.tsx';
import { Moment } from '../../parts/moment.tsx';
import { touchedByPolicy } from '../../parts/policy-change.tsx';
import { countOf, number, senderOf, tlsVersion } from '../../parts/words.ts';
import { PagePending } from '../../shell/page-pending.tsx';
import { AllowForm } from './allow-form.tsx';
import { BlockDialog } from './block-dialog.tsx';

const useStyles = makeStyles({
  bar: { padding: 0, flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
});

export interface StrangerFlyoutProps {
  readonly address: string;
  readonly isAllowing: boolean;
  readonly onAllow: (isAllowing: boolean) => void;
  readonly onClose: () => void;
}

export function StrangerFlyout(props: StrangerFlyoutProps): ReactNode {
  const { address, isAllowing, onAllow, onClose } = props;
  const { data, error, refetch } = useRead('strangers', { query: { text: address, limit: 1000 } });
  const stranger = data?.items.find((one) => one.address === address);
  return (
    <Flyout title={isAllowing ? `Allow ${address}` : address} onClose={onClose}>
      {error && <ErrorState problem={error} retry={() => void refetch()} />}
      {!data && !error && <PagePending />}
      {data && !stranger && <p>Nothing is known of this address any more: it may have become a source.</p>}
      {stranger && !isAllowing && (
        <Known stranger={stranger} onAllow={() => onAllow(true)} onClose={onClose} />
      )}
      {stranger && isAllowing && (
        <AllowForm address={address} onCancel={() => onAllow(false)} onAllowed={onClose} />
      )}
    </Flyout>
  );
}

interface KnownProps {
  readonly stranger: StrangerView;
  readonly onAllow: () => void;
  readonly onClose: () => void;
}

function Known({ stranger, onAllow, onClose }: KnownProps): ReactNode {
  const { decision, count, firstAt, lastAt, helos, senders, recipients, listeners, tls, reverseName, rule } =
    stranger;
  return (
    <>
      <Actions stranger={stranger} onAllow={onAllow} onClose={onClose} />
      {decision !== 'none' && (
        <MessageBar intent="info">
          <MessageBarBody>
            {decision === 'blocked'
              ? 'It is blocked: it is refused before it can say anything.'
              : 'It is ignored: it stays refused, and out of the list until it tries something new.'}
          </MessageBarBody>
        </MessageBar>
      )}
      <Facts
        facts={[
          ['Attempts', number(count)],
          ['First', <Moment key="first" at={firstAt} show="full" />],
          ['Last', <Moment key="last" at={lastAt} show="full" />],
          ['Reverse name', reverseName ?? 'None found'],
          ['Called itself', helos.join(', ')],
          ['Sent as', senders.map(senderOf).join(', ')],
          ['Wrote to', recipients.join(', ')],
          ['Encryption', tls === undefined ? 'None' : tlsVersion(tls)],
          ['Came by', listeners.join(', ')],
          ['Refused by', rule],
        ]}
      />
      {reverseName !== undefined && (
        <p>Whoever runs the zone of an address may choose its reverse name freely: it proves nothing.</p>
      )}
      <p>
        <Link to="/refusals" search={{ text: stranger.address }}>
          {`Each of its refusals (${countOf(count, 'attempt')})`}
        </Link>
      </p>
    </>
  );
}

function Actions({ stranger, onAllow, onClose }: KnownProps): ReactNode {
  const styles = useStyles();
  const { address, decision, listeners, senders, recipients, helos, tls } = stranger;
  const [blocking, setBlocking] = useState(false);
  const isAdministrator = useMay('administrator');
  const mayIgnore = useMay('operator');
  const mayEdit = useMayEditPolicy() === true;
  const announce = useAnnounce();
  const ignore = useChange('ignoreStranger', touchedByPolicy);
  const forget = useChange('forgetDecision', touchedByPolicy);
  const params = { address };
  const takeBack = (): void =>
    forget.mutate(
      { params },
      {
        onSuccess: () => announce({ intent: 'info', title: `${address} waits for a decision again` }),
        onError: (problem) => announce(asAnnouncement(problem)),
      },
    );
  const putAside = (): void =>
    ignore.mutate(
      { params, body: {} },
      {
        onSuccess() {
          announce({
            intent: 'success',
            title: `${address} is ignored until it tries something new`,
            ...(isAdministrator && {
              action: (
                <Button size="small" appearance="transparent" onClick={takeBack}>
                  Undo
                </Button>
              ),
            }),
          });
          onClose();
        },
        onError: (problem) => announce(asAnnouncement(problem)),
      },
    );
  const question = {
    address,
    listener: listeners[0],
    sender: senders[0] ?? '',
    recipients: recipients.join(', '),
    helo: helos[0],
    ...(tls !== undefined && { tls: 'true' }),
  };
  return (
    <Toolbar className={styles.bar} aria-label={`Actions on ${address}`}>
      {isAdministrator && (
        <ToolbarButton appearance="primary" onClick={onAllow}>
          Allow
        </ToolbarButton>
      )}
      {mayEdit && decision !== 'blocked' && (
        <ToolbarButton onClick={() => setBlocking(true)}>Block</ToolbarButton>
      )}
      {mayIgnore && decision === 'none' && <ToolbarButton onClick={putAside}>Ignore</ToolbarButton>}
      {isAdministrator && decision !== 'none' && (
        <ToolbarButton onClick={takeBack}>
          {decision === 'blocked' ? 'Unblock' : 'Ignore no more'}
        </ToolbarButton>
      )}
      <Link to="/simulator" search={question}>
        What would happen
      </Link>
      {blocking && <BlockDialog stranger={stranger} onDone={onClose} onClose={() => setBlocking(false)} />}
    </Toolbar>
  );
}

/** What can be done about a source from its page. */
import { makeStyles, tokens, Toolbar, ToolbarButton } from '@fluentui/react-components';
import { BranchForkRegular } from '@fluentui/react-icons/svg/branch-fork';
import { ChatMultipleRegular } from '@fluentui/react-icons/svg/chat-multiple';
import { CheckmarkRegular } from '@fluentui/react-icons/svg/checkmark';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import { KeyRegular } from '@fluentui/react-icons/svg/key';
import { PrintRegular } from '@fluentui/react-icons/svg/print';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { SourceDetail, SourceView } from '../../../contract/schemas/sources.ts';
import { useChange } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { asAnnouncement, useAnnounce } from '../../parts/announce.tsx';
import { touchedByPolicy, useSayPolicyChanged } from '../../parts/policy-change.tsx';
import { DeleteSource } from './delete-source.tsx';
import { NewPassword } from './new-password.tsx';

const useStyles = makeStyles({
  bar: {
    flexWrap: 'wrap',
    padding: 0,
    gap: tokens.spacingHorizontalXS,
  },
});

export function SourceActions(props: {
  readonly detail: SourceDetail;
  readonly mayEdit: boolean;
}): ReactNode {
  const styles = useStyles();
  const { detail, mayEdit } = props;
  const { source } = detail;
  const [doing, setDoing] = useState<'delete' | 'password'>();
  const navigate = useNavigate();
  const mayTrace = useMay('help-desk');
  const review = useChange('reviewSource', touchedByPolicy);
  const announce = useAnnounce();
  const say = useSayPolicyChanged();
  const reviewed = (): void =>
    review.mutate(
      {
        params: { name: source.name },
        // One look at the device is a look at its firmware too, where that is being watched.
        body: source.firmwareDue ? { firmware: { due: inAYear(new Date()) } } : {},
      },
      {
        onSuccess: ({ revision, source: { review: next } }) =>
          say(`Review of ${source.name} done; the next is on ${next}`, revision),
        onError: (problem) => announce(asAnnouncement(problem)),
      },
    );
  return (
    <Toolbar className={styles.bar} aria-label={`Actions on ${source.name}`}>
      <ToolbarButton
        icon={<PrintRegular />}
        onClick={() => void navigate({ to: '/sources/$name/card', params: { name: source.name } })}
      >
        Set-up card
      </ToolbarButton>
      {mayTrace && (
        <ToolbarButton
          icon={<BranchForkRegular />}
          onClick={() => void navigate({ to: '/simulator', search: questionOf(source) })}
        >
          What would happen
        </ToolbarButton>
      )}
      {mayTrace && (
        <ToolbarButton
          icon={<ChatMultipleRegular />}
          onClick={() => void navigate({ to: '/transcripts/$key', params: { key: source.name } })}
        >
          Transcripts
        </ToolbarButton>
      )}
      {mayEdit && (
        <>
          <ToolbarButton icon={<CheckmarkRegular />} disabled={review.isPending} onClick={reviewed}>
            Review done
          </ToolbarButton>
          <ToolbarButton icon={<KeyRegular />} onClick={() => setDoing('password')}>
            New password
          </ToolbarButton>
          <ToolbarButton icon={<DeleteRegular />} onClick={() => setDoing('delete')}>
            Delete
          </ToolbarButton>
        </>
      )}
      {doing === 'delete' && <DeleteSource detail={detail} onClose={() => setDoing(undefined)} />}
      {doing === 'password' && <NewPassword source={source} onClose={() => setDoing(undefined)} />}
    </Toolbar>
  );
}

function inAYear(now: Date): string {
  return new Date(now.getTime() + 365 * 86_400_000).toISOString().slice(0, 10);
}

/** A message of this source for the simulator, as far as its entry tells. */
function questionOf({ seen, networks, login, senders, recipients, requireTls, name }: SourceView) {
  const sender = senders.find((one) => !one.includes('*')) ?? senders[0]?.replace('*', name.toLowerCase());
  return {
    address: seen.addresses?.[0] ?? networks[0]?.range.split('/')[0],
    ...(login !== undefined && { login }),
    ...(requireTls && { tls: 'true' }),
    ...(sender !== undefined && { sender }),
    recipients: recipients.find((one) => !one.includes('*')),
  };
}

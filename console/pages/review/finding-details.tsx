import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { ReviewFinding } from '../../../contract/schemas/review.ts';
import { useChange } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { asAnnouncement, useAnnounce } from '../../parts/announce.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Prose } from '../../parts/prose.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Decide } from './decide.tsx';
import { actions, kinds, severities, states } from './review-words.ts';

const useStyles = makeStyles({
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM },
  subtitle: { fontWeight: tokens.fontWeightSemibold },
  evidence: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    overflowWrap: 'anywhere',
  },
  quiet: { color: tokens.colorNeutralForeground2 },
  references: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM },
});

export interface FindingDetailsProps {
  readonly finding: ReviewFinding;
  readonly onDone: () => void;
}

export function FindingDetails({ finding, onDone }: FindingDetailsProps): ReactNode {
  const styles = useStyles();
  const mayAct = useMay('operator');
  const [deciding, setDeciding] = useState<'accept' | 'dismiss'>();
  const reopen = useChange('reopenFinding', ['review']);
  const announce = useAnnounce();
  const { proposal, decided, source } = finding;
  const again = (): void =>
    reopen.mutate(
      { params: { id: finding.id } },
      {
        onSuccess() {
          announce({ intent: 'success', title: 'The finding is open again' });
          onDone();
        },
        onError: (problem) => announce(asAnnouncement(problem)),
      },
    );
  return (
    <>
      <StatusBadge tone={severities[finding.severity][0]}>{severities[finding.severity][1]}</StatusBadge>
      <p>
        <Prose text={finding.text} />
      </p>
      <div>
        <p className={styles.subtitle}>{`Proposal: ${actions[proposal.action]}`}</p>
        <p>
          <Prose text={proposal.words} />
        </p>
        <Target finding={finding} />
      </div>
      {mayAct && (
        <div className={styles.buttons}>
          {finding.state === 'open' ? (
            <>
              <Button appearance="primary" onClick={() => setDeciding('accept')}>
                Accept
              </Button>
              <Button onClick={() => setDeciding('dismiss')}>Dismiss</Button>
            </>
          ) : (
            <Button disabled={reopen.isPending} onClick={again}>
              Open it again
            </Button>
          )}
        </div>
      )}
      <div>
        <p className={styles.subtitle}>Evidence</p>
        <ul className={styles.evidence}>
          {finding.evidence.map(({ what, found, usual }) => (
            <li key={`${what} ${found}`}>
              {`${what}: `}
              <strong>{found}</strong>
              {usual !== undefined && <span className={styles.quiet}>{`, usually ${usual}`}</span>}
            </li>
          ))}
        </ul>
      </div>
      <Facts
        facts={[
          ['Kind', kinds[finding.kind]],
          ['About', finding.subject],
          ['Address', finding.address],
          ['User', finding.user],
          [
            'Source',
            source && (
              <Link key="source" to="/sources/$name" params={{ name: source }}>
                {source}
              </Link>
            ),
          ],
          ['First', finding.firstDay ?? <Moment key="first" at={finding.firstAt} show="full" />],
          ['Last', <Moment key="last" at={finding.lastAt} show="full" />],
          [
            'State',
            <StatusBadge key="state" tone={states[finding.state][0]}>
              {states[finding.state][1]}
            </StatusBadge>,
          ],
          [
            'Decided',
            decided && (
              <span key="decided">
                {`${decided.by}${decided.note === undefined ? '' : `: ${decided.note}`} `}(
                <Moment at={decided.at} show="full" />)
              </span>
            ),
          ],
        ]}
      />
      {finding.references.length > 0 && (
        <div>
          <p className={styles.subtitle}>References of refusals</p>
          <p className={styles.references}>
            {finding.references.map((reference) => (
              <Link key={reference} to="/refusals" search={{ text: reference }}>
                {reference}
              </Link>
            ))}
          </p>
        </div>
      )}
      {deciding && (
        <Decide finding={finding} as={deciding} onDone={onDone} onClose={() => setDeciding(undefined)} />
      )}
    </>
  );
}

/** Where what is proposed can be done. */
function Target({ finding: { proposal, address, source } }: { readonly finding: ReviewFinding }): ReactNode {
  if (proposal.action === 'block' && address !== undefined) {
    return (
      <Link to="/unknown-senders" search={{ text: address, open: address }}>
        {`${address} under Unknown senders`}
      </Link>
    );
  }
  if (source === undefined) return null;
  return (
    <Link to="/sources/$name" params={{ name: source }}>
      {`The source ${source}`}
    </Link>
  );
}

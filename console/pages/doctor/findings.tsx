/** What the doctor found, the worst first, each with what to do; a flyout has all that is known of one. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { StethoscopeRegular } from '@fluentui/react-icons/svg/stethoscope';
import type { ReactNode } from 'react';
import type { DoctorFinding, DoctorRun, DoctorState } from '../../../contract/schemas/doctor.ts';
import { Card } from '../../parts/card.tsx';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Prose } from '../../parts/prose.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { asSentence, number } from '../../parts/words.ts';
import { order, states } from './doctor-words.ts';
import { FindingGroup } from './finding-group.tsx';
import { SourceLink } from './source-link.tsx';

const useStyles = makeStyles({
  tools: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalL },
  groups: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM },
  subtitle: { fontWeight: tokens.fontWeightSemibold },
  advice: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  steps: { paddingLeft: '20px', listStyleType: 'decimal', overflowWrap: 'anywhere' },
});

function State({ state }: Pick<DoctorFinding, 'state'>): ReactNode {
  return <StatusBadge tone={states[state][0]}>{states[state][1]}</StatusBadge>;
}

export interface FindingsProps {
  readonly last: DoctorRun | undefined;
  readonly state: DoctorState | undefined;
  readonly open: string | undefined;
  readonly isBusy: boolean;
  readonly onState: (state: DoctorState | undefined) => void;
  readonly onOpen: (id: string | undefined) => void;
  /** Absent: the role may not. */
  readonly onRun?: (check: string) => void;
}

export function Findings(props: FindingsProps): ReactNode {
  const styles = useStyles();
  const { last, state, open, onOpen } = props;
  const all = last?.findings ?? [];
  const items = all.filter((finding) => state === undefined || finding.state === state);
  const opened = all.find(({ id }) => id === open);
  return (
    <>
      {last && (
        <div className={styles.tools}>
          <ChoiceField
            label="State"
            any="All"
            value={state}
            choices={order.map((key) => [key, states[key][1]] as const)}
            onChange={props.onState}
          />
        </div>
      )}
      {items.length === 0 && (
        <Card>
          {last ? (
            <EmptyState title="None is in this state">Choose another state, or all.</EmptyState>
          ) : (
            <EmptyState title="The doctor has not run yet" icon={StethoscopeRegular}>
              It asks name servers and next hops as the relay would, sends no mail, and says what it saw, what
              that means and what puts it right. It runs every day by itself.
            </EmptyState>
          )}
        </Card>
      )}
      <div className={styles.groups} role="region" aria-label="Findings" aria-busy={props.isBusy}>
        {order.map((key) => (
          <FindingGroup
            key={key}
            state={key}
            findings={items.filter((finding) => finding.state === key)}
            // Nothing is to be done there; alone on the page it is what one came for.
            isFolded={key === 'ok' && items.some((finding) => finding.state !== 'ok')}
            onOpen={onOpen}
          />
        ))}
      </div>
      {opened && (
        <Flyout title={opened.title} onClose={() => onOpen(undefined)}>
          <Details finding={opened} {...props} />
        </Flyout>
      )}
    </>
  );
}

function Details({ finding, isBusy, onRun }: FindingsProps & { readonly finding: DoctorFinding }): ReactNode {
  const styles = useStyles();
  const { advice, details, since } = finding;
  return (
    <>
      <State state={finding.state} />
      <div className={styles.buttons}>
        {onRun && (
          <Button disabled={isBusy} onClick={() => onRun(finding.check)}>
            Run this check again
          </Button>
        )}
        <CopyButton what="Finding" text={() => asText(finding)} />
      </div>
      <Facts
        facts={[
          ['Looked at', <Prose key="input" text={finding.input} />],
          ['Evidence', <Prose key="evidence" text={asSentence(finding.evidence)} />],
          ['State since', since && <Moment key="since" at={since} show="full" />],
          ['Rests on', <SourceLink key="source" source={finding.source} />],
          ['Took', `${number(finding.ms)} ms`],
          ['Name', <code key="id">{finding.id}</code>],
        ]}
      />
      {advice !== undefined && (
        <div>
          <p className={styles.subtitle}>What to do</p>
          <p className={styles.advice}>
            <Prose text={advice} />
          </p>
        </div>
      )}
      {details.length > 0 && (
        <div>
          <p className={styles.subtitle}>How it was found</p>
          <ol className={styles.steps}>
            {details.map((detail, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- Steps keep their order, and one may come twice.
              <li key={index}>{detail}</li>
            ))}
          </ol>
        </div>
      )}
    </>
  );
}

function asText({ id, title, state, input, evidence, advice, details, source }: DoctorFinding): string {
  const lines = [
    `${title} (${id}): ${states[state][1]}`,
    `Looked at: ${input}`,
    `Evidence: ${evidence}`,
    ...details.map((detail) => `  ${detail}`),
    ...(advice === undefined ? [] : [`To do: ${advice}`]),
    `Source: ${source}`,
  ];
  return `${lines.join('\n')}\n`;
}

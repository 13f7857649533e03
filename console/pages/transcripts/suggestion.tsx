/** Switches of a source that would have helped its failed sessions, and the click that turns them on, after its effect was shown. */
import { Button, Checkbox, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { SourceCheck } from '../../../contract/schemas/sources.ts';
import { call } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';
import { useChange } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { Card } from '../../parts/card.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { toggled } from '../../parts/data-table.tsx';
import { DiffView } from '../../parts/diff-view.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { FindingList, faultsAmong } from '../../parts/finding-list.tsx';
import { ManagedNote, Snippet } from '../../parts/managed-note.tsx';
import { touchedByPolicy, useSayPolicyChanged } from '../../parts/policy-change.tsx';
import { Prose } from '../../parts/prose.tsx';
import { asSentence, countOf } from '../../parts/words.ts';
import { touchedByCapture } from './capture.tsx';
import type { Switches } from './transcript-words.ts';
import { countOfSwitches } from './transcript-words.ts';

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  item: { display: 'flex', flexDirection: 'column', alignItems: 'flex-start' },
  beside: { paddingLeft: '36px' },
  why: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
});

export interface SuggestionProps {
  /** Name of a source, or an address that none has. */
  readonly of: string;
  readonly switches: Switches;
  readonly isSource: boolean;
  /** The policy can be changed here. */
  readonly canApply: boolean;
}

export function Suggestion({ of, switches, isSource, canApply }: SuggestionProps): ReactNode {
  const styles = useStyles();
  const [asking, setAsking] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<string>>(dangerous);
  const isAdministrator = useMay('administrator');
  const count = countOfSwitches(switches);
  if (count === 0) return null;
  const chosen = without(switches, left);
  const mayApply = isSource && canApply && isAdministrator;
  return (
    <Card
      title="What would have helped"
      actions={
        mayApply && (
          <Button
            appearance="primary"
            disabled={countOfSwitches(chosen) === 0}
            onClick={() => setAsking(true)}
          >
            {`Turn on for ${of}`}
          </Button>
        )
      }
    >
      <p>
        {`The device speaks SMTP in a way of its own. ${countOf(count, 'switch', 'switches')} of its source would let it through; other sources stay as strict as they are.`}
      </p>
      <ul className={styles.list}>
        {[...switches.quirks, ...switches.repair].map(({ name, why }) => (
          <li key={name} className={styles.item}>
            {mayApply ? (
              <Checkbox
                label={<strong>{name}</strong>}
                checked={!left.has(name)}
                onChange={() => setLeft(toggled(left, name))}
              />
            ) : (
              <strong>{name}</strong>
            )}
            <div className={mergeClasses(styles.why, mayApply && styles.beside)}>
              <Prose text={asSentence(why)} />
              {dangerous.has(name) &&
                ' Passwords then cross the network in clear: TLS at the device is better.'}
            </div>
          </li>
        ))}
      </ul>
      {!isSource && (
        <p>
          No source has this address. Let it in first, under{' '}
          <Link to="/unknown-senders" search={{ text: of }}>
            Unknown senders
          </Link>
          ; its sessions then stand under the name of that source.
        </p>
      )}
      {isSource && !canApply && countOfSwitches(chosen) > 0 && <InFile of={of} switches={chosen} />}
      {isSource && canApply && !isAdministrator && <p>An administrator can turn them on here.</p>}
      {asking && <Apply of={of} switches={chosen} onClose={() => setAsking(false)} />}
    </Card>
  );
}

/** Not chosen until somebody does: what it permits is worse than a device that cannot send. */
const dangerous: ReadonlySet<string> = new Set(['auth-in-clear']);

function without({ quirks, repair }: Switches, left: ReadonlySet<string>): Switches {
  const stays = ({ name }: { readonly name: string }): boolean => !left.has(name);
  return { quirks: quirks.filter(stays), repair: repair.filter(stays) };
}

/** The entry of the source as it would be, judged by the relay. */
function useEffectOf(of: string, { quirks, repair }: Switches) {
  return useQuery<SourceCheck, ApiProblem>({
    queryKey: ['checkSource', 'switches', of, quirks, repair],
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const { document } = await call('source', { params: { name: of } }, { signal });
      const added = {
        ...(quirks.length > 0 && { quirks: joined(document['quirks'], quirks) }),
        ...(repair.length > 0 && { repair: joined(document['repair'], repair) }),
      };
      return call('checkSource', { body: { document: { ...document, ...added }, replaces: of } }, { signal });
    },
  });
}

function joined(known: unknown, more: readonly { readonly name: string }[]): readonly unknown[] {
  return [
    ...new Set([...(Array.isArray(known) ? (known as unknown[]) : []), ...more.map(({ name }) => name)]),
  ];
}

function InFile({ of, switches }: { readonly of: string; readonly switches: Switches }): ReactNode {
  const lines = (['quirks', 'repair'] as const).flatMap((field) =>
    switches[field].length === 0
      ? []
      : [`  ${field}: [${switches[field].map(({ name }) => name).join(', ')}]`],
  );
  return (
    <>
      <ManagedNote at={`sources, the entry ${of}`} />
      <Snippet label="Lines for the policy" yaml={[`- name: ${of}`, ...lines].join('\n')} />
    </>
  );
}

interface ApplyProps {
  readonly of: string;
  readonly switches: Switches;
  readonly onClose: () => void;
}

function Apply({ of, switches, onClose }: ApplyProps): ReactNode {
  const effect = useEffectOf(of, switches);
  const apply = useChange('applySwitches', [...touchedByPolicy, ...touchedByCapture]);
  const say = useSayPolicyChanged();
  const count = countOfSwitches(switches);
  const confirm = (): void =>
    apply.mutate(
      {
        params: { key: of },
        body: {
          quirks: switches.quirks.map(({ name }) => name),
          repair: switches.repair.map(({ name }) => name),
        },
      },
      {
        onSuccess({ revision }) {
          say(`${countOf(count, 'switch', 'switches')} turned on for ${of}`, revision);
          onClose();
        },
      },
    );
  return (
    <Confirm
      title={`Put up with this from ${of}?`}
      action={`Turn on ${countOf(count, 'switch', 'switches')}`}
      busy={apply.isPending}
      blocked={!effect.data || faultsAmong(effect.data.findings) > 0}
      problem={apply.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>
        It counts for new connections of this source alone, and is a revision of the policy that can be taken
        back.
      </p>
      {effect.error && <ErrorState problem={effect.error} retry={() => void effect.refetch()} />}
      {effect.data && (
        <>
          <DiffView label="Changed lines of the policy" lines={effect.data.diff} />
          <FindingList findings={effect.data.findings} />
        </>
      )}
    </Confirm>
  );
}

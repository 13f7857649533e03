/** The source with the least rights that lets an unknown sender in; what it would let pass is shown while it is edited. */
import { Button, makeStyles, Spinner, tokens } from '@fluentui/react-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import type { Proposal } from '../../../contract/schemas/strangers-decisions.ts';
import { call } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';
import { useChange, useRead } from '../../api/queries.ts';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { useDebounced } from '../../parts/debounced.ts';
import { ErrorState } from '../../parts/error-state.tsx';
import { faultsAmong, FindingList } from '../../parts/finding-list.tsx';
import { ManagedNote, Snippet } from '../../parts/managed-note.tsx';
import { useNow } from '../../parts/moment.tsx';
import { touchedByPolicy, useSayPolicyChanged } from '../../parts/policy-change.tsx';
import { countOf } from '../../parts/words.ts';
import type { Entry, Place } from '../source/draft.ts';
import { textAt, withValueAt } from '../source/draft.ts';
import { EditingProvider, FlagAt, ListAt, Pair, TextAt } from '../source/fields.tsx';
import { Effect } from './effect.tsx';
import { endsFrom } from './until.ts';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  part: { fontSize: tokens.fontSizeBase400, fontWeight: tokens.fontWeightSemibold },
  reasons: { paddingLeft: '18px', listStyleType: 'disc' },
  buttons: { display: 'flex', gap: tokens.spacingHorizontalS },
});

export interface AllowFormProps {
  readonly address: string;
  readonly onCancel: () => void;
  readonly onAllowed: () => void;
}

export function AllowForm(props: AllowFormProps): ReactNode {
  const { address } = props;
  const { data, error } = useQuery<Proposal, ApiProblem>({
    queryKey: ['strangerProposal', address, 'made'],
    queryFn: ({ signal }) => call('strangerProposal', { params: { address }, body: {} }, { signal }),
    staleTime: Infinity,
    gcTime: 0,
  });
  if (error) return <ErrorState problem={error} />;
  return data ? <Form {...props} made={data} /> : <Spinner size="small" label="Looking at what it tried" />;
}

function Form({
  address,
  made,
  onCancel,
  onAllowed,
}: AllowFormProps & { readonly made: Proposal }): ReactNode {
  const styles = useStyles();
  const [entry, setEntry] = useState<Entry>(made.document);
  const settled = useDebounced(entry);
  const total = useRead('sources', {}).data?.total ?? 0;
  const base = `sources[${total}]`;
  const trial = useQuery<Proposal, ApiProblem>({
    queryKey: ['strangerProposal', address, settled],
    queryFn: ({ signal }) =>
      call(
        'strangerProposal',
        { params: { address }, body: { document: settled as { name: string } } },
        { signal },
      ),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const shown = trial.data ?? made;
  const refused = trial.error?.findings.map((one) => ({
    ...one,
    path: one.path.replace(/^(?:body\.)?document\b/, base),
  }));
  const findings = refused ?? shown.findings;
  const editing = useMemo(
    () => ({
      entry,
      base,
      findings,
      set: (place: Place, value: unknown) => setEntry((before) => withValueAt(before, place, value)),
    }),
    [entry, base, findings],
  );
  const allow = useChange('allowStranger', touchedByPolicy);
  const [key] = useState(() => crypto.randomUUID());
  const say = useSayPolicyChanged();
  const name = textAt(entry, ['name']);
  const isReady = settled === entry && !trial.isFetching && !trial.error && shown.valid;
  const save = (): void =>
    allow.mutate(
      { params: { address }, body: { document: { ...entry, name } }, options: { idempotencyKey: key } },
      {
        onSuccess({ revision }) {
          say(`${address} may send now, as ${name}`, revision);
          onAllowed();
        },
      },
    );
  const faults = faultsAmong(findings);
  return (
    <div className={styles.form}>
      <ManagedNote at="sources" />
      <details>
        <summary>Why it is proposed so</summary>
        <ul className={styles.reasons}>
          {made.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      </details>
      <EditingProvider value={editing}>
        <Pair>
          <TextAt at={['name']} label="Name" required />
          <TextAt at={['owner']} label="Owner" hint="Mail address of who hears of failures" />
          <TextAt at={['location']} label="Location" />
          <TextAt at={['model']} label="Model" />
        </Pair>
        <ListAt at={['networks']} label="Addresses" required />
        <ListAt at={['senders']} label="May send as" required />
        <ListAt at={['recipients']} label="May write to" hint="None: everybody" />
        <FlagAt at={['requireTls']} label="Refuse mail that does not come over TLS" />
        <Until entry={entry} onChange={(date) => editing.set(['expires'], date)} />
      </EditingProvider>
      <h3 className={styles.part}>What this would do</h3>
      <Effect proposal={shown} />
      <div aria-live="polite">
        <FindingList findings={findings} />
      </div>
      {trial.error && !refused?.length && <ErrorState problem={trial.error} />}
      {allow.error && <ErrorState problem={allow.error} />}
      {shown.managed === 'store' ? (
        <div className={styles.buttons}>
          <Button appearance="primary" disabled={!isReady || allow.isPending} onClick={save}>
            {faults > 0 ? `${countOf(faults, 'fault')} to mend` : `Allow ${name}`}
          </Button>
          <Button onClick={onCancel}>Cancel</Button>
        </div>
      ) : (
        <Snippet label="Entry for sources" yaml={shown.yaml} />
      )}
    </div>
  );
}

/** "Until Friday", or a date of one's own. */
function Until(props: {
  readonly entry: Entry;
  readonly onChange: (date: string | undefined) => void;
}): ReactNode {
  const ends = endsFrom(useNow());
  const value = textAt(props.entry, ['expires']);
  const known = ends.find(({ date = '' }) => date === value);
  const [isOwn, setOwn] = useState(known === undefined);
  const choices = [...ends.map(({ key, title }) => [key, title] as const), ['own', 'Until a date'] as const];
  return (
    <Pair>
      <ChoiceField
        label="How long"
        value={isOwn ? 'own' : (known?.key ?? 'own')}
        choices={choices}
        onChange={(key) => {
          setOwn(key === 'own');
          if (key !== 'own') props.onChange(ends.find((end) => end.key === key)?.date);
        }}
      />
      {isOwn && <TextAt at={['expires']} label="Last day" kind="date" />}
    </Pair>
  );
}

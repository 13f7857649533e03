/** The other steps of the editor. Each edits a part of the entry; what the relay finds stands beneath the field. */
import type { ReactNode } from 'react';
import { useRead } from '../../api/queries.ts';
import { Facts } from '../../parts/facts.tsx';
import type { Finding } from '../../parts/finding-list.tsx';
import { FindingList } from '../../parts/finding-list.tsx';
import { changedFields } from '../audit/changed-fields.ts';
import type { Entry } from '../source/draft.ts';
import { listAt, textAt } from '../source/draft.ts';
import {
  ChecksAt,
  EditingProvider,
  FlagAt,
  Group,
  ListAt,
  Pair,
  TextAt,
  useEditing,
} from '../source/fields.tsx';
import { LastValidation } from '../connector/last-validation.tsx';
import { ChoiceAt } from './choice-at.tsx';

export function FromStep(): ReactNode {
  const policy = useRead('policy', {}).data?.document as
    | { readonly tenants?: readonly { readonly name?: string }[] }
    | undefined;
  const tenants = (policy?.tenants ?? []).flatMap(({ name }) => (name === undefined ? [] : [name]));
  return (
    <Group title="Whose mail uses it">
      <TextAt at={['name']} label="Name" required hint="Letters, digits, dot, hyphen, underscore" />
      <ListAt at={['sources']} label="Sources" hint="Names, one a line; empty: all" />
      <ListAt
        at={['senders']}
        label="Senders"
        hint="Addresses such as *@contoso.com, one a line; empty: all"
      />
      {tenants.length > 0 && (
        <ChoiceAt
          at={['tenant']}
          label="Tenant"
          any="Choose one"
          choices={tenants.map((one) => [one, one])}
        />
      )}
    </Group>
  );
}

export function ToStep(): ReactNode {
  const { entry, set } = useEditing();
  const spaces = listAt(entry, ['addressSpaces']) as readonly {
    readonly pattern?: string;
    readonly cost?: number;
  }[];
  const cost = spaces[0]?.cost;
  // The fields below know patterns alone; one cost holds for all of them.
  const inner = {
    patterns: spaces.map(({ pattern = '' }) => pattern),
    ...(cost !== undefined && { cost }),
  };
  const change = (patterns: readonly string[], next: number | undefined): void =>
    set(
      ['addressSpaces'],
      patterns.map((pattern) => ({ pattern, ...(next !== undefined && { cost: next }) })),
    );
  return (
    <Group title="Which recipients">
      <Patterns value={inner.patterns} onChange={(patterns) => change(patterns, cost)} />
      <ChoiceAt
        at={['recipients']}
        label="Recipients"
        any="All"
        choices={[
          ['internal', 'In the accepted domains of the tenant'],
          ['external', 'All others'],
        ]}
      />
    </Group>
  );
}

function Patterns({
  value,
  onChange,
}: {
  readonly value: readonly string[];
  readonly onChange: (patterns: readonly string[]) => void;
}): ReactNode {
  const editing = useEditing();
  return (
    <EditingOf
      entry={{ addressSpaces: value }}
      onSet={(_place, next) => onChange(Array.isArray(next) ? next.map(String) : [])}
      findings={editing.findings}
      base={editing.base}
    >
      <ListAt
        at={['addressSpaces']}
        label="Domains"
        hint="contoso.com, *.contoso.com or *, one a line; empty: all. The most specific wins."
      />
    </EditingOf>
  );
}

export function LimitsStep(): ReactNode {
  return (
    <Group title="What it may use of the next hop">
      <p>Empty: what the service allows. Mail beyond a limit waits; it is not lost.</p>
      <Pair>
        <TextAt at={['limits', 'messagesPerMinute']} label="Messages a minute" kind="number" />
        <TextAt at={['limits', 'recipientsPerDay']} label="Recipients a day" kind="number" />
        <TextAt at={['limits', 'recipientsPerMessage']} label="Recipients a message" kind="number" />
        <TextAt at={['limits', 'messageBytes']} label="Size of a message" hint="36 MiB" />
        <TextAt at={['limits', 'connections']} label="Connections at a time" kind="number" />
      </Pair>
      <Pair>
        <TextAt at={['retry', 'initial']} label="First pause after a failure" hint="1m" />
        <TextAt at={['retry', 'maximum']} label="Longest pause" hint="30m" />
        <TextAt at={['retry', 'expireAfter']} label="Given back to the sender after" hint="2d" />
      </Pair>
    </Group>
  );
}

export function FallbackStep(): ReactNode {
  const { entry } = useEditing();
  const others =
    useRead('connectors', {}).data?.items.filter(({ name }) => name !== textAt(entry, ['name'])) ?? [];
  if (others.length === 0) {
    return (
      <p>There is no other connector that could stand in. Mail waits here when this one cannot deliver.</p>
    );
  }
  return (
    <Group title="What stands in when it cannot deliver">
      <ChecksAt
        at={['fallback']}
        label="Connectors"
        hint="In the order in which they are ticked"
        choices={others.map(({ name }) => [name, name])}
      />
      <FlagAt
        at={['allowLessSecureFallback']}
        label="Also where they have less TLS, or do not say whose mail it is"
      />
    </Group>
  );
}

export interface ReviewStepProps {
  readonly entry: Entry;
  readonly before: Entry;
  readonly isNew: boolean;
  /** Of the connector that is changed. */
  readonly replaces?: string | undefined;
  readonly findings: readonly Finding[];
  readonly isValid: boolean;
  readonly isSettled: boolean;
}

export function ReviewStep({
  entry,
  before,
  isNew,
  replaces,
  findings,
  isValid,
  isSettled,
}: ReviewStepProps): ReactNode {
  const changes = changedFields(isNew ? {} : before, entry);
  return (
    <>
      <div aria-live="polite">
        <p>
          {!isSettled
            ? 'The relay looks at it …'
            : isValid
              ? 'The relay finds no fault. Nothing is saved yet.'
              : 'It has faults, so it cannot be saved.'}
        </p>
        <FindingList findings={findings} />
      </div>
      <Group title={isNew ? 'What is added' : 'What changes'}>
        {changes.length === 0 ? (
          <p>Nothing differs from what is in force.</p>
        ) : (
          <Facts
            facts={changes.map(({ name, before: old, after }) => [
              name,
              isNew || old === '' ? after : `${old} → ${after === '' ? 'the default' : after}`,
            ])}
          />
        )}
      </Group>
      {replaces === undefined ? (
        <p>Once it is saved, its page shows how to prove with a real test message that it works.</p>
      ) : (
        <LastValidation name={replaces} />
      )}
    </>
  );
}

function EditingOf(props: {
  readonly entry: Entry;
  readonly base: string;
  readonly findings: readonly Finding[];
  readonly onSet: (place: readonly string[], value: unknown) => void;
  readonly children: ReactNode;
}): ReactNode {
  const { entry, base, findings, onSet, children } = props;
  return <EditingProvider value={{ entry, base, findings, set: onSet }}>{children}</EditingProvider>;
}

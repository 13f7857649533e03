/** Saving a search in the relay, and removing saved ones. */
import { Button, Checkbox, Field, Input } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { SavedSearchView } from '../../../contract/schemas/searches.ts';
import { call } from '../../api/client.ts';
import { asProblem } from '../../api/problem.ts';
import { useChange } from '../../api/queries.ts';
import { asAnnouncement, useAnnounce } from '../../parts/announce.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import type { MessageFilters } from './message-filters.ts';
import { fromSaved, toSaved } from './message-filters.ts';
import { searchOf, wordsOf } from './searches.ts';

interface Props {
  readonly saved: readonly SavedSearchView[];
  readonly onClose: () => void;
}

export function SaveDialog({
  filters,
  saved,
  onClose,
}: Props & { readonly filters: MessageFilters }): ReactNode {
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const save = useChange('saveSearch', ['searches']);
  const announce = useAnnounce();
  const title = name.trim();
  const isTaken = saved.some((one) => one.mayChange && one.name.toLowerCase() === title.toLowerCase());
  const onConfirm = (): void =>
    save.mutate(
      { params: { name: title }, body: { filter: toSaved(filters), shared } },
      {
        onSuccess: () => {
          const whose = shared ? 'for everybody who may search' : 'for your account';
          announce({ intent: 'success', title: `The search “${title}” is saved ${whose}` });
          onClose();
        },
      },
    );
  return (
    <Confirm
      title="Save this search"
      action="Save"
      busy={save.isPending}
      blocked={title === ''}
      {...(save.error && { problem: save.error })}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>{wordsOf(searchOf(filters))}</p>
      <Field
        label="Name"
        hint="The relay keeps it for your account, in every browser."
        {...(isTaken && {
          validationState: 'warning',
          validationMessage: 'This replaces the saved search of that name.',
        })}
      >
        <Input value={name} maxLength={60} onChange={(_event, { value }) => setName(value)} />
      </Field>
      <Checkbox
        label="Share it with everybody who may search"
        checked={shared}
        onChange={(_event, { checked }) => setShared(checked === true)}
      />
    </Confirm>
  );
}

export function TidyDialog({ saved, onClose }: Props): ReactNode {
  // Of two of one name the own one is removed first.
  const isHidden = (search: SavedSearchView): boolean =>
    search.shared && saved.some((one) => !one.shared && one.name.toLowerCase() === search.name.toLowerCase());
  const own = saved.filter((search) => search.mayChange && !isHidden(search));
  const remove = useChange('removeSearch', ['searches']);
  const client = useQueryClient();
  const announce = useAnnounce();
  // The dialog may be closed by then.
  const putBack = async ({ name, filter, shared }: SavedSearchView): Promise<void> => {
    try {
      await call('saveSearch', { params: { name }, body: { filter, shared } });
      announce({ intent: 'info', title: `The search “${name}” is there again` });
    } catch (error) {
      announce(asAnnouncement(asProblem(error)));
    }
    await client.invalidateQueries({ queryKey: ['searches'] });
  };
  const onRemove = (search: SavedSearchView): void =>
    remove.mutate(
      { params: { name: search.name } },
      {
        onSuccess: () =>
          announce({
            intent: 'success',
            title: `The search “${search.name}” is removed`,
            action: (
              <Button size="small" appearance="transparent" onClick={() => void putBack(search)}>
                Undo
              </Button>
            ),
          }),
      },
    );
  return (
    <Confirm
      title="Saved searches"
      action="Done"
      {...(remove.error && { problem: remove.error })}
      onConfirm={onClose}
      onClose={onClose}
    >
      {own.length === 0 && <p>No search of yours is saved.</p>}
      <ul>
        {own.map((search) => (
          <li key={`${search.name} ${search.shared}`}>
            {`${search.name}${search.shared ? ', shared' : ''}: ${wordsOf(fromSaved(search.filter))} `}
            <Button
              size="small"
              disabled={remove.isPending}
              onClick={() => onRemove(search)}
              aria-label={`Remove ${search.name}`}
            >
              Remove
            </Button>
          </li>
        ))}
      </ul>
    </Confirm>
  );
}

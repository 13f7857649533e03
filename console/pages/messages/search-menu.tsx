/** Searches that were saved and used, and the way to save the present one. */
import {
  Button,
  Field,
  Input,
  makeStyles,
  Menu,
  MenuButton,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import { BookmarkRegular } from '@fluentui/react-icons/svg/bookmark';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useSession } from '../../app/session.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import type { MessageFilters } from './message-filters.ts';
import type { SearchFilters } from './searches.ts';
import { forgetSearch, noteSearch, saveSearch, searchOf, useSearches, wordsOf } from './searches.ts';

/** A search that stands so long, in milliseconds, was meant, and is remembered. */
const meantAfterMs = 3_000;

const useStyles = makeStyles({ words: { maxWidth: '340px', overflowWrap: 'anywhere' } });

export function SearchMenu({ filters }: { readonly filters: MessageFilters }): ReactNode {
  const styles = useStyles();
  const account = useSession().data?.name ?? '';
  const { saved, recent } = useSearches(account);
  const navigate = useNavigate();
  const [isSaving, setSaving] = useState(false);
  const [isTidying, setTidying] = useState(false);
  const search = searchOf(filters);
  const isEmpty = Object.keys(search).length === 0;
  useRemembered(account, search);
  const go = (to: SearchFilters): void => void navigate({ to: '/messages', search: to } as never);
  return (
    <>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <MenuButton appearance="subtle" icon={<BookmarkRegular />}>
            Searches
          </MenuButton>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItem disabled={isEmpty} onClick={() => setSaving(true)}>
              Save this search
            </MenuItem>
            {saved.length > 0 && (
              <>
                <MenuItem onClick={() => setTidying(true)}>Remove saved searches</MenuItem>
                <MenuDivider />
                <MenuGroup>
                  <MenuGroupHeader>Saved</MenuGroupHeader>
                  {saved.map(({ name, filters: to }) => (
                    <MenuItem key={name} className={styles.words} onClick={() => go(to)}>
                      {name}
                    </MenuItem>
                  ))}
                </MenuGroup>
              </>
            )}
            {recent.length > 0 && (
              <>
                <MenuDivider />
                <MenuGroup>
                  <MenuGroupHeader>Recent</MenuGroupHeader>
                  {recent.map((to) => (
                    <MenuItem key={JSON.stringify(to)} className={styles.words} onClick={() => go(to)}>
                      {wordsOf(to)}
                    </MenuItem>
                  ))}
                </MenuGroup>
              </>
            )}
          </MenuList>
        </MenuPopover>
      </Menu>
      {isSaving && <SaveDialog account={account} search={search} onClose={() => setSaving(false)} />}
      {isTidying && <TidyDialog account={account} onClose={() => setTidying(false)} />}
    </>
  );
}

function useRemembered(account: string, search: SearchFilters): void {
  const text = JSON.stringify(search);
  useEffect(() => {
    if (text === '{}' || account === '') return undefined;
    const timer = setTimeout(() => noteSearch(account, JSON.parse(text) as SearchFilters), meantAfterMs);
    return () => clearTimeout(timer);
  }, [account, text]);
}

interface SaveProps {
  readonly account: string;
  readonly search: SearchFilters;
  readonly onClose: () => void;
}

function SaveDialog({ account, search, onClose }: SaveProps): ReactNode {
  const [name, setName] = useState('');
  const announce = useAnnounce();
  const { saved } = useSearches(account);
  const isTaken = saved.some((one) => one.name === name.trim());
  return (
    <Confirm
      title="Save this search"
      action="Save"
      blocked={name.trim() === ''}
      onConfirm={() => {
        saveSearch(account, { name: name.trim(), filters: search });
        announce({ intent: 'success', title: `The search “${name.trim()}” is saved in this browser` });
        onClose();
      }}
      onClose={onClose}
    >
      <p>{wordsOf(search)}</p>
      <Field
        label="Name"
        hint="It is kept in this browser, for your account. To share a search, copy the link of the page."
        {...(isTaken && {
          validationState: 'warning',
          validationMessage: 'This replaces the saved search of that name.',
        })}
      >
        <Input value={name} maxLength={60} onChange={(_event, { value }) => setName(value)} />
      </Field>
    </Confirm>
  );
}

function TidyDialog({ account, onClose }: Omit<SaveProps, 'search'>): ReactNode {
  const { saved } = useSearches(account);
  return (
    <Confirm title="Saved searches" action="Done" onConfirm={onClose} onClose={onClose}>
      {saved.length === 0 && <p>No search is saved.</p>}
      <ul>
        {saved.map(({ name, filters }) => (
          <li key={name}>
            {`${name}: ${wordsOf(filters)} `}
            <Button size="small" onClick={() => forgetSearch(account, name)} aria-label={`Remove ${name}`}>
              Remove
            </Button>
          </li>
        ))}
      </ul>
    </Confirm>
  );
}

/** Searches that were saved and used, and the way to save the present one. */
import {
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
import { useRead } from '../../api/queries.ts';
import type { MessageFilters } from './message-filters.ts';
import { fromSaved } from './message-filters.ts';
import { SaveDialog, TidyDialog } from './search-dialogs.tsx';
import type { SearchFilters } from './searches.ts';
import { noteSearch, searchOf, useRecentSearches, wordsOf } from './searches.ts';

/** A search that stands so long, in milliseconds, was meant, and is remembered. */
const meantAfterMs = 3_000;

const useStyles = makeStyles({ words: { maxWidth: '340px', overflowWrap: 'anywhere' } });

export function SearchMenu({ filters }: { readonly filters: MessageFilters }): ReactNode {
  const styles = useStyles();
  const account = useSession().data?.name ?? '';
  const saved = useRead('searches', {}).data?.items ?? [];
  const recent = useRecentSearches(account);
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
                  {saved.map(({ name, filter, shared, by }) => (
                    <MenuItem
                      key={`${name} ${shared}`}
                      className={styles.words}
                      secondaryContent={shared ? `Shared by ${by}` : ''}
                      onClick={() => go(fromSaved(filter))}
                    >
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
      {isSaving && <SaveDialog filters={filters} saved={saved} onClose={() => setSaving(false)} />}
      {isTidying && <TidyDialog saved={saved} onClose={() => setTidying(false)} />}
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

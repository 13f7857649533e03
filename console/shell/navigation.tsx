/** The left navigation: the pages of the table that this role may see. Beside the page, or in a drawer on a phone. */
import {
  Button,
  Drawer,
  DrawerBody,
  DrawerHeader,
  DrawerHeaderTitle,
  makeStyles,
  mergeClasses,
  tokens,
  Tooltip,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import { NavigationRegular } from '@fluentui/react-icons/svg/navigation';
import { Link, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import { rowColours } from '../app/theme.ts';
import { setPreferences, usePreferences } from '../app/preferences.ts';
import { mayActAs, useSession } from '../app/session.ts';
import type { PageEntry } from '../pages/table.ts';
import { groups, groupTitles, pages } from '../pages/table.ts';
import { icons } from './icons.ts';

const useStyles = makeStyles({
  pane: {
    flex: '0 0 auto',
    width: '260px',
    display: 'flex',
    flexDirection: 'column',
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS}`,
    overflowY: 'auto',
    backgroundColor: tokens.colorNeutralBackground1,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  narrow: { width: '52px', padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXS}` },
  toggle: {
    flexShrink: 0,
    alignSelf: 'flex-start',
    marginLeft: '2px',
    marginBottom: tokens.spacingVerticalXS,
  },
  heading: {
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalM} ${tokens.spacingVerticalXXS}`,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground3,
  },
  rule: {
    height: '1px',
    margin: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS}`,
    backgroundColor: tokens.colorNeutralStroke2,
  },
  link: {
    position: 'relative',
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    minHeight: '36px',
    padding: `0 ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    whiteSpace: 'nowrap',
    ':hover': { backgroundColor: rowColours.hover, color: tokens.colorNeutralForeground1 },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
    '& svg': { flex: '0 0 auto', fontSize: '20px' },
    // The page one is on: weight and a bar, not colour alone.
    '&[aria-current="page"]': {
      fontWeight: tokens.fontWeightSemibold,
      color: tokens.colorNeutralForeground1,
      backgroundColor: rowColours.selected,
    },
    '&[aria-current="page"]::before': {
      content: '""',
      position: 'absolute',
      left: 0,
      top: '8px',
      bottom: '8px',
      borderRadius: tokens.borderRadiusCircular,
      // No background: forced colours take backgrounds away.
      borderLeft: `3px solid ${tokens.colorCompoundBrandStroke}`,
    },
    '&[aria-current="page"] svg': { color: tokens.colorCompoundBrandForeground1 },
  },
  drawer: { padding: `0 ${tokens.spacingHorizontalS} ${tokens.spacingVerticalL}` },
});

export function NavigationPane(): ReactNode {
  const styles = useStyles();
  const { narrowNavigation: narrow } = usePreferences();
  const pane = useRef<HTMLElement>(null);
  const path = useLocation({ select: ({ pathname }) => pathname });
  // The list is longer than a small screen: where one is should not have to be looked for.
  useEffect(() => {
    const current = pane.current?.querySelector('[aria-current="page"]');
    if (pane.current && current) pane.current.scrollTop += distance(current, pane.current);
  }, [path, narrow]);
  const words = narrow ? 'Widen the navigation' : 'Narrow the navigation';
  return (
    <nav
      ref={pane}
      aria-label="Pages"
      className={mergeClasses('no-print', styles.pane, narrow && styles.narrow)}
    >
      <Tooltip content={words} relationship="label" positioning="after">
        <Button
          className={styles.toggle}
          appearance="subtle"
          icon={<NavigationRegular />}
          aria-expanded={!narrow}
          onClick={() => setPreferences({ narrowNavigation: !narrow })}
        />
      </Tooltip>
      <Groups narrow={narrow} />
    </nav>
  );
}

/** Between an entry and the edges of the pane that it is brought to, in pixels. */
const margin = 12;

/**
 * How far a pane has to be scrolled for an entry to be seen, in pixels. `scrollIntoView` would do it too, but Chromium begins with
 * Tab at the element that it was called on, and the way past the navigation would not be the first stop.
 */
function distance(entry: Element, pane: Element): number {
  const own = entry.getBoundingClientRect();
  const seen = pane.getBoundingClientRect();
  if (own.bottom > seen.bottom - margin) return own.bottom - seen.bottom + margin;
  return Math.min(0, own.top - seen.top - margin);
}

export function NavigationDrawer(props: { readonly open: boolean; readonly onClose: () => void }): ReactNode {
  const styles = useStyles();
  return (
    <Drawer open={props.open} onOpenChange={props.onClose} position="start" aria-label="Navigation">
      <DrawerHeader>
        <DrawerHeaderTitle
          action={
            <Button
              appearance="subtle"
              icon={<DismissRegular />}
              aria-label="Close the navigation"
              onClick={props.onClose}
            />
          }
        >
          relay365
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody className={styles.drawer}>
        <nav aria-label="Pages">
          <Groups narrow={false} onGo={props.onClose} />
        </nav>
      </DrawerBody>
    </Drawer>
  );
}

function Groups({ narrow, onGo }: { readonly narrow: boolean; readonly onGo?: () => void }): ReactNode {
  const styles = useStyles();
  const role = useSession().data?.role;
  const visible = pages.filter((page) => page.icon !== undefined && mayActAs(role, page.role));
  return groups.map((group) => {
    const own = visible.filter((page) => page.group === group);
    const title = groupTitles[group];
    if (own.length === 0) return null;
    return (
      <div key={group} role="group" aria-label={title ?? 'Overview'}>
        {title !== undefined &&
          (narrow ? <div className={styles.rule} /> : <div className={styles.heading}>{title}</div>)}
        <ul>
          {own.map((page) => (
            <Entry key={page.path} page={page} narrow={narrow} {...(onGo && { onGo })} />
          ))}
        </ul>
      </div>
    );
  });
}

interface EntryProps {
  readonly page: PageEntry;
  readonly narrow: boolean;
  readonly onGo?: () => void;
}

function Entry({ page, narrow, onGo }: EntryProps): ReactNode {
  const styles = useStyles();
  const Icon = icons[page.icon ?? 'home'];
  const link = (
    <Link
      to={page.path}
      className={styles.link}
      activeOptions={{ exact: page.path === '/', includeSearch: false }}
      {...(onGo && { onClick: onGo })}
      {...(narrow && { 'aria-label': page.title })}
    >
      <Icon aria-hidden="true" />
      {!narrow && <span>{page.title}</span>}
    </Link>
  );
  if (!narrow) return <li>{link}</li>;
  return (
    <li>
      <Tooltip content={page.title} relationship="description" positioning="after">
        {link}
      </Tooltip>
    </li>
  );
}

/** Top bar, navigation and the page. Whoever is not signed in goes to the sign-in page, which leads back here. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { Outlet, useMatches, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { usePhone } from '../app/media.ts';
import { mayActAs, useSession } from '../app/session.ts';
import { pages } from '../pages/table.ts';
import { ErrorState } from '../parts/error-state.tsx';
import { NavigationDrawer, NavigationPane } from './navigation.tsx';
import { NotForRole } from './not-for-role.tsx';
import { PagePending } from './page-pending.tsx';
import { TopBar } from './top-bar.tsx';

const useStyles = makeStyles({
  frame: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 },
  below: { display: 'flex', flex: '1 1 auto', minHeight: 0 },
  main: {
    flex: '1 1 auto',
    minWidth: 0,
    overflowY: 'auto',
    backgroundColor: tokens.colorNeutralBackground2,
    color: tokens.colorNeutralForeground1,
    '@media print': { backgroundColor: tokens.colorNeutralBackground1 },
    ':focus': { outlineStyle: 'none' },
  },
  skip: {
    position: 'absolute',
    top: tokens.spacingVerticalXS,
    left: tokens.spacingHorizontalS,
    zIndex: 10_000,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorBrandForegroundLink,
    transform: 'translateY(-200%)',
    ':focus': { transform: 'none', outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
});

export function Shell(): ReactNode {
  const session = useSession();
  if (session.data && !session.data.signedIn) return <ToSignIn />;
  if (session.error && !session.data) {
    return <ErrorState problem={session.error} retry={() => void session.refetch()} />;
  }
  if (!session.data) return <PagePending />;
  return <Frame />;
}

/** Goes there once: the shell stays until the page has come, and the address it would see by then is that of the page. */
function ToSignIn(): ReactNode {
  const router = useRouter();
  useEffect(() => {
    const { href, pathname } = router.latestLocation;
    if (pathname === '/sign-in') return;
    void router.navigate({
      to: '/sign-in',
      search: href === '/' ? {} : { to: href },
      replace: true,
    } as never);
  }, [router]);
  return <PagePending />;
}

function Frame(): ReactNode {
  const styles = useStyles();
  const isPhone = usePhone();
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.frame}>
      <a
        className={styles.skip}
        href="#main"
        onClick={() => document.querySelector<HTMLElement>('#main')?.focus()}
      >
        Skip to the page
      </a>
      <TopBar isPhone={isPhone} onMenu={() => setOpen(true)} />
      <div className={styles.below}>
        {isPhone ? <NavigationDrawer open={open} onClose={() => setOpen(false)} /> : <NavigationPane />}
        <main id="main" className={styles.main} tabIndex={-1}>
          <Allowed />
        </main>
      </div>
    </div>
  );
}

/** The page; or, for who came by a link to one that the own role may not see, which role it needs. */
function Allowed(): ReactNode {
  const path: unknown = useMatches().at(-1)?.fullPath;
  const own = useSession().data?.role;
  const entry = pages.find((page) => page.path === path);
  if (entry && !mayActAs(own, entry.role)) return <NotForRole page={entry} />;
  return <Outlet />;
}

/** Product, relay, search, theme and account: the same on each page. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { NavigationRegular } from '@fluentui/react-icons/svg/navigation';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMay, useSession } from '../app/session.ts';
import { AccountMenu } from './account-menu.tsx';
import { SearchEverywhere } from './search-everywhere.tsx';
import { ThemeMenu } from './theme-menu.tsx';
import { useBarStyles } from './bar-styles.ts';

const useStyles = makeStyles({
  bar: {
    flex: '0 0 auto',
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 480px) minmax(0, 1fr)',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    height: '48px',
    padding: `0 ${tokens.spacingHorizontalM}`,
    backgroundColor: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
    '@media (max-width: 719px)': {
      gridTemplateColumns: 'auto minmax(0, 1fr) auto',
      gap: tokens.spacingHorizontalXS,
      padding: `0 ${tokens.spacingHorizontalXS}`,
    },
  },
  start: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, minWidth: 0 },
  end: { display: 'flex', justifyContent: 'flex-end', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  product: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: '4px 6px',
    borderRadius: tokens.borderRadiusMedium,
    fontSize: tokens.fontSizeBase400,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForegroundOnBrand,
    textDecorationLine: 'none',
    ':focus-visible': { outline: `2px solid ${tokens.colorNeutralForegroundOnBrand}` },
  },
  host: {
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    paddingLeft: tokens.spacingHorizontalM,
    borderLeft: `1px solid ${tokens.colorNeutralForegroundOnBrand}`,
    fontSize: tokens.fontSizeBase300,
  },
});

export function TopBar({
  isPhone,
  onMenu,
}: {
  readonly isPhone: boolean;
  readonly onMenu: () => void;
}): ReactNode {
  const styles = useStyles();
  const { button } = useBarStyles();
  const session = useSession().data;
  const mayTrace = useMay('help-desk');
  return (
    <header className={`${styles.bar} no-print`}>
      <div className={styles.start}>
        {isPhone && (
          <Button
            className={button}
            appearance="subtle"
            icon={<NavigationRegular />}
            aria-label="Open the navigation"
            onClick={onMenu}
          />
        )}
        {!isPhone && (
          <>
            <Link to="/" className={styles.product}>
              relay365
            </Link>
            <span className={styles.host} title={session?.hostname}>
              {session?.hostname}
            </span>
          </>
        )}
      </div>
      {mayTrace ? <SearchEverywhere /> : <span />}
      <div className={styles.end}>
        <ThemeMenu />
        <AccountMenu />
      </div>
    </header>
  );
}

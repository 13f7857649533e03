/** Heading, commands and content of a page. Sets the title of the window and moves focus to the heading on arrival. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useEffect } from 'react';

const useStyles = makeStyles({
  page: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    maxWidth: '1600px',
    // In a column, what is left to share out is height.
    '& > form': { flex: 'none' },
    // Words of tabs and commands begin where the title does; what surrounds them when pointed at may reach further.
    '& > .fui-TabList': { marginLeft: '-12px' },
    '& > .fui-Toolbar': { marginLeft: '-15px' },
    padding: `${tokens.spacingVerticalXL} ${tokens.spacingHorizontalXXXL} ${tokens.spacingVerticalXXXL}`,
    '@media (max-width: 719px)': {
      padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalL} ${tokens.spacingVerticalXXXL}`,
      gap: tokens.spacingVerticalM,
    },
  },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: tokens.spacingHorizontalL },
  words: { flex: '1 1 320px', minWidth: 0 },
  title: {
    fontSize: tokens.fontSizeHero700,
    lineHeight: tokens.lineHeightHero700,
    fontWeight: tokens.fontWeightSemibold,
    overflowWrap: 'anywhere',
    '@media (max-width: 719px)': { fontSize: tokens.fontSizeBase600, lineHeight: tokens.lineHeightBase600 },
  },
  lead: {
    marginTop: tokens.spacingVerticalXS,
    color: tokens.colorNeutralForeground2,
    maxWidth: '90ch',
    textWrap: 'pretty',
  },
  above: { marginBottom: tokens.spacingVerticalXS },
});

export interface PageFrameProps {
  readonly title: string;
  /** One sentence beneath the title. */
  readonly lead?: ReactNode;
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode;
  /** Over the title: the way back to the list. */
  readonly above?: ReactNode;
  readonly children: ReactNode;
}

export function PageFrame({ title, lead, actions, above, children }: PageFrameProps): ReactNode {
  const styles = useStyles();
  useEffect(() => {
    document.title = `${title} · relay365`;
  }, [title]);
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <div className={styles.words}>
          {above !== undefined && <div className={styles.above}>{above}</div>}
          <h1 className={styles.title}>{title}</h1>
          {lead !== undefined && <div className={styles.lead}>{lead}</div>}
        </div>
        {actions}
      </div>
      {children}
    </div>
  );
}

/** Nothing here, why that may be so, and what fills it. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { MailInboxAllRegular } from '@fluentui/react-icons/svg/mail-inbox-all';
import type { ComponentType, ReactNode } from 'react';

const useStyles = makeStyles({
  place: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    gap: tokens.spacingVerticalS,
    padding: `${tokens.spacingVerticalXXXL} ${tokens.spacingHorizontalL}`,
    textAlign: 'center',
  },
  icon: { fontSize: '40px', color: tokens.colorNeutralForeground3 },
  title: { fontSize: tokens.fontSizeBase400, fontWeight: tokens.fontWeightSemibold },
  words: { maxWidth: '56ch', color: tokens.colorNeutralForeground2 },
});

export interface EmptyStateProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly icon?: ComponentType<{ readonly className?: string; readonly 'aria-hidden'?: 'true' }>;
  readonly action?: ReactNode;
}

export function EmptyState({
  title,
  children,
  icon: Icon = MailInboxAllRegular,
  action,
}: EmptyStateProps): ReactNode {
  const styles = useStyles();
  return (
    <div className={styles.place}>
      <Icon className={styles.icon} aria-hidden="true" />
      <p className={styles.title}>{title}</p>
      <div className={styles.words}>{children}</div>
      {action}
    </div>
  );
}

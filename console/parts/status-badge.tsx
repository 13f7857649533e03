/** A state as icon and word: colour only repeats what both say. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { ArrowSyncRegular } from '@fluentui/react-icons/svg/arrow-sync';
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle';
import { ClockRegular } from '@fluentui/react-icons/svg/clock';
import { ErrorCircleFilled } from '@fluentui/react-icons/svg/error-circle';
import { InfoRegular } from '@fluentui/react-icons/svg/info';
import { PauseCircleRegular } from '@fluentui/react-icons/svg/pause-circle';
import { WarningFilled } from '@fluentui/react-icons/svg/warning';
import type { ReactNode } from 'react';

export type Tone = 'good' | 'bad' | 'warning' | 'waiting' | 'paused' | 'busy' | 'plain';

const tones = {
  good: CheckmarkCircleFilled,
  bad: ErrorCircleFilled,
  warning: WarningFilled,
  waiting: ClockRegular,
  paused: PauseCircleRegular,
  busy: ArrowSyncRegular,
  plain: InfoRegular,
};

const useStyles = makeStyles({
  badge: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '6px',
    maxWidth: '100%',
    // On the line of the text beside it: the icon has no baseline of its own.
    verticalAlign: 'top',
    whiteSpace: 'nowrap',
    '@media (max-width: 719px)': { alignItems: 'flex-start', whiteSpace: 'normal' },
    '& svg': {
      flex: '0 0 auto',
      fontSize: '16px',
      // Beside the first of several lines, each 20 pixels high.
      '@media (max-width: 719px)': { marginTop: '2px' },
    },
  },
  words: { minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis' },
  good: { '& svg': { color: tokens.colorStatusSuccessForeground1 } },
  bad: { '& svg': { color: tokens.colorStatusDangerForeground1 } },
  warning: { '& svg': { color: tokens.colorStatusWarningForeground3 } },
  waiting: { '& svg': { color: tokens.colorBrandForeground1 } },
  paused: { '& svg': { color: tokens.colorNeutralForeground3 } },
  busy: { '& svg': { color: tokens.colorBrandForeground1 } },
  plain: { '& svg': { color: tokens.colorNeutralForeground3 } },
});

export function StatusBadge({
  tone,
  children,
}: {
  readonly tone: Tone;
  readonly children: ReactNode;
}): ReactNode {
  const styles = useStyles();
  const Icon = tones[tone];
  return (
    <span className={mergeClasses(styles.badge, styles[tone])}>
      <Icon aria-hidden="true" />
      <span className={styles.words} {...(typeof children === 'string' && { title: children })}>
        {children}
      </span>
    </span>
  );
}

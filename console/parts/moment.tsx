/** A point in time in the zone that the viewer chose; pointing at it shows the full time with its zone and UTC. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useSyncExternalStore } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { fromNow, fullTime, shortTime, zoneName } from './time.ts';

const useStyles = makeStyles({
  time: { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
  zone: { color: tokens.colorNeutralForeground3 },
});

export interface MomentProps {
  /** RFC 3339. */
  readonly at: string;
  /** `short`: for tables, whose heading names the zone; `full`: with seconds and zone; `relative`: `3 min ago`; `due`: the same for what is to come. */
  readonly show?: 'short' | 'full' | 'relative' | 'due';
}

export function Moment({ at, show = 'short' }: MomentProps): ReactNode {
  const styles = useStyles();
  const { zone } = usePreferences();
  const now = useNow();
  const date = new Date(at);
  const zoned = zoneName(date, zone);
  const inFull = `${fullTime(date, zone)} ${zoned}${zone === 'UTC' ? '' : ` · ${fullTime(date, 'UTC')} UTC`}`;
  return (
    <time className={styles.time} dateTime={at} title={inFull}>
      {show === 'relative' && fromNow(date, now)}
      {show === 'due' && (date <= now ? 'due now' : fromNow(date, now))}
      {show === 'short' && shortTime(date, now, zone)}
      {show === 'full' && (
        <>
          {fullTime(date, zone)} <span className={styles.zone}>{zoned}</span>
        </>
      )}
    </time>
  );
}

/** Name of the viewer's zone, for the heading of a column of times. */
export function useZoneName(): string {
  const { zone } = usePreferences();
  return zoneName(useNow(), zone);
}

/** Between two looks at the clock, in milliseconds. */
const tickMs = 10_000;
const tickers = new Set<() => void>();
let now = new Date();

/** The present, moving on every ten seconds, the same for all that is on the page. */
export function useNow(): Date {
  return useSyncExternalStore(
    (listener) => {
      tickers.add(listener);
      return () => tickers.delete(listener);
    },
    () => now,
  );
}

setInterval(() => {
  now = new Date();
  for (const ticker of tickers) ticker();
}, tickMs);

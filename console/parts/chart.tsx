/** Lines over time by uPlot, in the theme's colours and the viewer's zone. Loaded only where a chart is shown. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import { useMedia } from '../app/media.ts';
import { usePreferences } from '../app/preferences.ts';
import { useTheme } from '../app/theme.ts';
import { chartColours, dashes, sample } from './chart-colours.ts';
import type { ChartSeries } from './chart-card.tsx';
import { localZone } from './time.ts';

const height = 240;

const useStyles = makeStyles({
  place: {
    minWidth: 0,
    // The legend takes as many lines as it needs.
    minHeight: `${height + 36}px`,
    '& .u-legend': {
      color: tokens.colorNeutralForeground2,
      fontSize: tokens.fontSizeBase200,
      textAlign: 'left',
    },
    // Values stand there while the pointer is over the chart.
    '& .u-legend .u-series:first-child': { display: 'none' },
    '& .u-legend .u-value': { display: 'none' },
    '& .u-legend .u-series > th::after': { display: 'none' },
    ':hover .u-legend .u-series:first-child': { display: 'inline-block' },
    ':hover .u-legend .u-value': { display: 'inline-block' },
    '& .u-legend .u-label': { fontWeight: tokens.fontWeightRegular },
    '& .u-legend .u-marker': { width: '22px', height: '3px', forcedColorAdjust: 'none' },
  },
});

export interface ChartProps {
  readonly times: readonly string[];
  readonly series: readonly ChartSeries[];
}

export function Chart({ times, series }: ChartProps): ReactNode {
  const styles = useStyles();
  const place = useRef<HTMLDivElement>(null);
  const { theme } = useTheme();
  const isForced = useMedia('screen and (forced-colors: active)');
  const { zone } = usePreferences();
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const colours = chartColours(theme, isForced, element);
    const samples = series.map(({ name }) => sample(colours[name], dashes[name]));
    const axis = {
      stroke: colours.ink,
      grid: { stroke: colours.grid, width: 1 },
      ticks: { show: false },
    };
    const font = `12px ${theme.fontFamilyBase}`;
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone === 'local' ? localZone : zone),
        cursor: { y: false },
        scales: { y: { range: (_plot, _min, max) => [0, Math.max(4, Math.ceil(max * 1.1))] } },
        axes: [
          { ...axis, font, values: timeLabels },
          {
            ...axis,
            font,
            size: 48,
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000],
          },
        ],
        legend: { markers: { width: 0, fill: (_plot, index) => samples[index - 1] ?? 'none' } },
        series: [
          { label: 'Time', value: '{YYYY}-{MM}-{DD} {HH}:{mm}' },
          ...series.map(({ name, title }) => ({
            label: title,
            stroke: colours[name],
            width: 2,
            dash: [...dashes[name]],
            points: { show: false },
          })),
        ],
      },
      [times.map((time) => Date.parse(time) / 1000), ...series.map(({ values }) => [...values])],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [times, series, theme, isForced, zone]);
  return <div ref={place} className={styles.place} aria-hidden="true" />;
}

// 24 hours, month before day, as everywhere else in the console.
const timeLabels: uPlot.Axis.Values = [
  [86_400, '{MM}-{DD}', null, null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{MM}-{DD}', null, '\n{MM}-{DD}', null, null, null, 1],
];

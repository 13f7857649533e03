/** Colours and dashes of the lines of a chart. */
import type { OwnTheme } from '../app/theme.ts';
import type { ChartSeries } from './chart-card.tsx';

/** Lines differ without colour as well. */
export const dashes: Readonly<Record<ChartSeries['name'], readonly number[]>> = {
  accepted: [],
  relayed: [8, 3],
  deferred: [2, 3],
  refused: [8, 3, 2, 3],
  failed: [4, 4],
};

export type ChartColours = Readonly<Record<ChartSeries['name'] | 'ink' | 'grid', string>>;

// A palette of forced colours has four that stand out from the page, so one comes twice, with another dash:
// https://www.w3.org/TR/css-color-4/#css-system-colors
const system: ChartColours = {
  ink: 'CanvasText',
  // None of the palette stays behind the lines of the mail.
  grid: 'transparent',
  accepted: 'CanvasText',
  relayed: 'LinkText',
  deferred: 'Highlight',
  refused: 'GrayText',
  failed: 'CanvasText',
};

/** A piece of a line as a background: what the legend shows. */
export function sample(colour: string, dash: readonly number[]): string {
  let at = 0;
  const stops = dash.map((length, index) => {
    const from = at;
    at += length;
    return `${index % 2 === 0 ? colour : 'transparent'} ${from}px ${at}px`;
  });
  return stops.length === 0 ? colour : `repeating-linear-gradient(90deg, ${stops.join(', ')})`;
}

/** A canvas is not recoloured where the system forces colours, so they are looked up in an element of the page. */
export function chartColours(theme: OwnTheme, isForced: boolean, place: Element): ChartColours {
  if (!isForced) {
    return {
      ink: theme.colorNeutralForeground3,
      grid: theme.gridLine,
      accepted: theme.lineAccepted,
      relayed: theme.lineRelayed,
      deferred: theme.lineDeferred,
      refused: theme.lineRefused,
      failed: theme.lineFailed,
    };
  }
  const entries = Object.entries(system).map(([key, name]) => [key, colourOf(name, place)] as const);
  return Object.fromEntries(entries) as unknown as ChartColours;
}

/** What a name of the system's palette stands for here. */
function colourOf(name: string, place: Element): string {
  const probe = document.createElement('span');
  // Else the system's colour of text takes the place of each.
  probe.style.setProperty('forced-color-adjust', 'none');
  // Set before it is in the page: a colour that changes there is first that of its parent, by the page's transitions.
  probe.style.color = name;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

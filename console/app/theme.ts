/** Fluent's own themes, so that the console looks like the Microsoft 365 admin centres. */
import type { Theme } from '@fluentui/react-components';
import { teamsHighContrastTheme, webDarkTheme, webLightTheme } from '@fluentui/react-components';
import { useMedia } from './media.ts';
import { usePreferences } from './preferences.ts';

const font = "'Segoe UI Variable Text', 'Segoe UI', system-ui, -apple-system, 'Open Sans', sans-serif";

/** What Fluent has no colour for that fits each of its themes. */
export interface OwnTheme extends Theme {
  readonly rowHover: string;
  readonly rowSelected: string;
  readonly barTrack: string;
  readonly gridLine: string;
  // Lines of a chart, by what they count.
  readonly lineAccepted: string;
  readonly lineRelayed: string;
  readonly lineDeferred: string;
  readonly lineRefused: string;
  readonly lineFailed: string;
}

/**
 * Behind a row or an entry that holds text, links and signs of several colours. Fluent's own backgrounds for this are bright in
 * high contrast and turn all text black, which only a control of one colour can do.
 */
export const rowColours = { hover: 'var(--rowHover)', selected: 'var(--rowSelected)' } as const;

/** What is left of a bar: darker than the card in light, lighter than it in dark. */
export const barTrack = 'var(--barTrack)';

const withOwn = (theme: Theme): OwnTheme => ({
  ...theme,
  fontFamilyBase: font,
  rowHover: theme.colorNeutralBackground1Hover,
  rowSelected: theme.colorNeutralBackground1Selected,
  barTrack: theme.colorNeutralBackground6,
  gridLine: theme.colorNeutralStroke3,
  lineAccepted: theme.colorPaletteBlueBorderActive,
  lineRelayed: theme.colorPaletteGreenBorderActive,
  lineDeferred: theme.colorPaletteMarigoldBorderActive,
  lineRefused: theme.colorPaletteBerryBorderActive,
  lineFailed: theme.colorPaletteRedBorderActive,
});
const light = withOwn(webLightTheme);
const dark: OwnTheme = { ...withOwn(webDarkTheme), barTrack: webDarkTheme.colorNeutralStroke2 };
const contrast: OwnTheme = {
  ...withOwn(teamsHighContrastTheme),
  rowHover: '#2b2b2b',
  rowSelected: '#3b3b3b',
  barTrack: '#3b3b3b',
  // Lines of the grid stay behind those of the mail.
  gridLine: '#3b3b3b',
  // Fluent's own palette is one colour here. Each of these stands out from black by 7:1 and more (WCAG 1.4.6).
  lineAccepted: '#ffffff',
  lineRelayed: '#3ff23f',
  lineDeferred: '#ffff01',
  lineRefused: '#1aebff',
  lineFailed: '#ff8fd8',
};

export interface ChosenTheme {
  readonly theme: OwnTheme;
  readonly isDark: boolean;
}

/** The viewer's choice; without one, what the system asks for. Forced colours win over both, and paper is always light. */
export function useTheme(): ChosenTheme {
  const { theme } = usePreferences();
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  const isPaper = useMedia('print');
  const forced = useMedia('(forced-colors: active)');
  if (isPaper) return { theme: light, isDark: false };
  // Which of the system's palettes is forced is the system's matter: its scheme says whether that one is dark.
  if (forced) return { theme: contrast, isDark: systemDark };
  if (theme === 'contrast') return { theme: contrast, isDark: true };
  const isDark = theme === 'dark' || (theme === 'system' && systemDark);
  return { theme: isDark ? dark : light, isDark };
}

/** Fluent's own themes, so that the console looks like the Microsoft 365 admin centres. */
import type { Theme } from '@fluentui/react-components';
import { teamsHighContrastTheme, webDarkTheme, webLightTheme } from '@fluentui/react-components';
import { useMedia } from './media.ts';
import { usePreferences } from './preferences.ts';

const font = "'Segoe UI Variable Text', 'Segoe UI', system-ui, -apple-system, 'Open Sans', sans-serif";
const light: Theme = { ...webLightTheme, fontFamilyBase: font };
const dark: Theme = { ...webDarkTheme, fontFamilyBase: font };
const contrast: Theme = { ...teamsHighContrastTheme, fontFamilyBase: font };

export interface ChosenTheme {
  readonly theme: Theme;
  readonly isDark: boolean;
}

/** The viewer's choice; without one, what the system asks for. Forced colours win over both, and paper is always light. */
export function useTheme(): ChosenTheme {
  const { theme } = usePreferences();
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  const isPaper = useMedia('print');
  const forced = useMedia('(forced-colors: active)');
  if (isPaper) return { theme: light, isDark: false };
  if (theme === 'contrast' || (theme === 'system' && forced)) return { theme: contrast, isDark: true };
  const isDark = theme === 'dark' || (theme === 'system' && systemDark);
  return { theme: isDark ? dark : light, isDark };
}

/** Buttons on the coloured bar at the top. */
import { makeStyles, tokens } from '@fluentui/react-components';

const onBrand = {
  color: tokens.colorNeutralForegroundOnBrand,
  ':hover': {
    color: tokens.colorNeutralForegroundOnBrand,
    backgroundColor: tokens.colorBrandBackgroundHover,
  },
  ':hover:active': {
    color: tokens.colorNeutralForegroundOnBrand,
    backgroundColor: tokens.colorBrandBackgroundPressed,
  },
} as const;

export const useBarStyles = makeStyles({
  button: {
    ...onBrand,
    ':hover .fui-Button__icon': { color: tokens.colorNeutralForegroundOnBrand },
    ':hover:active .fui-Button__icon': { color: tokens.colorNeutralForegroundOnBrand },
    ':focus-visible': { outline: `2px solid ${tokens.colorNeutralForegroundOnBrand}`, outlineOffset: '-3px' },
  },
});

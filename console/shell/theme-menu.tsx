import {
  Button,
  Menu,
  MenuGroup,
  MenuGroupHeader,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Tooltip,
} from '@fluentui/react-components';
import { SettingsRegular } from '@fluentui/react-icons/svg/settings';
import type { ReactNode } from 'react';
import type { Preferences } from '../app/preferences.ts';
import { setPreferences, usePreferences } from '../app/preferences.ts';
import { localZone } from '../parts/time.ts';
import { useBarStyles } from './bar-styles.ts';

/** How this browser shows the console: theme and time zone. A zone of one's own is chosen beside any time. */
export function ThemeMenu(): ReactNode {
  const { button } = useBarStyles();
  const { theme, zone } = usePreferences();
  return (
    <Menu
      checkedValues={{ theme: [theme], zone: [zone] }}
      onCheckedValueChange={(_event, { name, checkedItems: [value] }) => {
        if (value === undefined) return;
        setPreferences(name === 'theme' ? { theme: value as Preferences['theme'] } : { zone: value });
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Tooltip content="Theme and time zone" relationship="label">
          <Button className={button} appearance="subtle" icon={<SettingsRegular />} />
        </Tooltip>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuGroup>
            <MenuGroupHeader>Theme</MenuGroupHeader>
            <MenuItemRadio name="theme" value="system">
              As the system
            </MenuItemRadio>
            <MenuItemRadio name="theme" value="light">
              Light
            </MenuItemRadio>
            <MenuItemRadio name="theme" value="dark">
              Dark
            </MenuItemRadio>
            <MenuItemRadio name="theme" value="contrast">
              High contrast
            </MenuItemRadio>
          </MenuGroup>
          <MenuGroup>
            <MenuGroupHeader>Times</MenuGroupHeader>
            <MenuItemRadio name="zone" value="local">
              {`Local (${localZone})`}
            </MenuItemRadio>
            <MenuItemRadio name="zone" value="UTC">
              UTC
            </MenuItemRadio>
            {zone !== 'local' && zone !== 'UTC' && (
              <MenuItemRadio name="zone" value={zone}>
                {zone}
              </MenuItemRadio>
            )}
          </MenuGroup>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

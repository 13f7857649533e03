import { Button } from '@fluentui/react-components';
import { CopyRegular } from '@fluentui/react-icons/svg/copy';
import { LinkRegular } from '@fluentui/react-icons/svg/link';
import type { ReactNode } from 'react';
import { useAnnounce } from './announce.tsx';

export interface CopyButtonProps {
  /** What goes to the clipboard. */
  readonly text: string | (() => string);
  readonly what: string;
  /** Without words beside the icon. */
  readonly small?: boolean;
  readonly icon?: 'copy' | 'link';
}

export function CopyButton({ text, what, small = false, icon = 'copy' }: CopyButtonProps): ReactNode {
  const announce = useAnnounce();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
      announce({ intent: 'success', title: `${what} copied` });
    } catch {
      // Browsers give the clipboard to secure pages alone, and only when allowed.
      announce({
        intent: 'warning',
        title: 'The browser does not allow copying here',
        detail: 'Mark the text and copy it by hand.',
      });
    }
  };
  // Names such as YAML and PowerShell keep their capitals.
  const words = `Copy ${/^.+[A-Z]/.test(what) ? what : what.toLowerCase()}`;
  const Icon = icon === 'link' ? LinkRegular : CopyRegular;
  return (
    <Button
      appearance="subtle"
      size={small ? 'small' : 'medium'}
      icon={<Icon />}
      onClick={() => void copy()}
      {...(small && { 'aria-label': words, title: words })}
    >
      {small ? undefined : words}
    </Button>
  );
}

/** The address of what is on the screen, filters and flyout included. */
export function CopyLink(): ReactNode {
  return <CopyButton what="Link" icon="link" text={() => location.href} />;
}

/** One polite live region for the whole console, and toasts for those who see: what an action came to. */
import {
  PortalMountNodeProvider,
  Toast,
  ToastBody,
  Toaster,
  ToastTitle,
  useId,
  useToastController,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { createContext, useCallback, useContext } from 'react';
import type { ApiProblem } from '../api/problem.ts';

export interface Announcement {
  readonly intent: 'success' | 'info' | 'warning' | 'error';
  readonly title: string;
  readonly detail?: string;
  /** A way back, say. */
  readonly action?: ReactNode;
}

// index.html says why it is outside the rest.
const place = document.querySelector<HTMLElement>('#announcements') ?? undefined;

type Announce = (announcement: Announcement) => void;

const AnnounceContext = createContext<Announce>(() => undefined);

/** Says what an action came to. */
export const useAnnounce = (): Announce => useContext(AnnounceContext);

export function asAnnouncement(problem: ApiProblem): Announcement {
  return {
    intent: 'error',
    title: problem.message,
    ...(problem.detail !== undefined && { detail: problem.detail }),
  };
}

export function Announcer({ children }: { readonly children: ReactNode }): ReactNode {
  const toasterId = useId('announcements');
  const { dispatchToast } = useToastController(toasterId);
  const announce = useCallback<Announce>(
    ({ intent, title, detail, action }) =>
      dispatchToast(
        <Toast>
          <ToastTitle action={<>{action}</>}>{title}</ToastTitle>
          {detail !== undefined && <ToastBody>{detail}</ToastBody>}
        </Toast>,
        {
          intent,
          timeout: intent === 'error' || action !== undefined ? 15_000 : 6_000,
          politeness: intent === 'error' ? 'assertive' : 'polite',
        },
      ),
    [dispatchToast],
  );
  return (
    <AnnounceContext value={announce}>
      {children}
      <PortalMountNodeProvider value={place}>
        <Toaster toasterId={toasterId} position="bottom-end" pauseOnHover pauseOnWindowBlur />
      </PortalMountNodeProvider>
    </AnnounceContext>
  );
}

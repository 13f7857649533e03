import { useSyncExternalStore } from 'react';

/** Below this width (pixels) navigation is behind a button and tables become cards. */
export const phoneBelow = 720;

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}

/** Paper is no phone, however narrow. */
export const usePhone = (): boolean => useMedia(`screen and (max-width: ${phoneBelow - 1}px)`);

import type { ReversePath } from '../protocol/address.ts';

/** For events: the address, or `<>`. */
export function formatReversePath(path: ReversePath): string {
  return path === null ? '<>' : path.text;
}

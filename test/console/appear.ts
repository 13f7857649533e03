/** Folders that several processes may make at the same time: each makes its own, and the first one stays. */
import { access, rename, rm } from 'node:fs/promises';

/** Gives `own` the name `directory`, or removes it where somebody else was first. */
export async function moveWhole(own: string, directory: string): Promise<void> {
  try {
    await rename(own, directory);
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    if (!(await exists(directory))) throw error;
  }
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

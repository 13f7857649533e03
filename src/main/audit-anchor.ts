/** The anchor of the audit log as a file of the data directory; replaced as a whole, so that it is never half written. */
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditAnchor } from '../observe/audit/anchor.ts';

export function fileAnchor(data: string): AuditAnchor {
  const path = join(data, 'audit.head');
  return {
    async read() {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async write(text) {
      await using file = await open(`${path}.new`, 'w', 0o600);
      await file.writeFile(text);
      await file.sync();
      await rename(`${path}.new`, path);
    },
  };
}

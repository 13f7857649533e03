/** Puts on record that the policy changed by its file: nobody asked the API, so no call leaves the entry. */
import type { AuditLog } from '../observe/audit/audit-log.ts';
import type { PolicyHolder } from '../policy/holder.ts';

/** A file that was read and brought no new revision leaves nothing. */
export async function recordedReload<T>(
  parts: { readonly audit: AuditLog; readonly holder: PolicyHolder; readonly file: string | undefined },
  read: () => Promise<T>,
): Promise<T> {
  const before = parts.holder.current.revision;
  const result = await read();
  const after = parts.holder.current.revision;
  if (after !== before) {
    await parts.audit.append({
      by: 'relay365',
      via: 'relay',
      action: 'policyFileRead',
      ...(parts.file === undefined ? {} : { object: parts.file }),
      before: { revision: before },
      after: { revision: after },
      result: 'ok',
    });
  }
  return result;
}

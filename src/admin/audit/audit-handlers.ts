/** The audit log: looking at it, verifying it, taking it along. */
import type { AuditEntryView } from '../../../contract/schemas.ts';
import type { AuditLog } from '../../observe/audit/audit-log.ts';
import { momentOf } from '../../observe/audit/audit-log.ts';
import type { AuditEntry } from '../../observe/audit/entry.ts';
import { verifyAudit } from '../../observe/audit/verify.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';

export function auditHandlers({
  audit,
}: AdminContext): Pick<Handlers, 'audit' | 'verifyAudit' | 'exportAudit'> {
  return {
    async audit({ query }) {
      const { from, before, limit, cursor, ...filter } = query;
      const page = await audit.page(
        { ...filter, from: momentOf(from), before: momentOf(before) },
        { limit, cursor },
      );
      return {
        items: page.items.map(entryView),
        ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
      };
    },
    async verifyAudit() {
      const { faults, ...verdict } = await verifyAudit(audit);
      return { ...verdict, faults: [...faults] };
    },
    exportAudit: () => ({
      text: auditLines(audit),
      headers: { 'content-disposition': 'attachment; filename="relay365-audit.ndjson"' },
    }),
  };
}

/** As they are kept: `at` in milliseconds, so that the hash can be computed from the line. */
export async function* auditLines(audit: AuditLog): AsyncIterable<string> {
  for await (const { text } of audit.texts()) yield `${text}\n`;
}

export function entryView(entry: AuditEntry): AuditEntryView {
  return { ...entry, at: formatInstant(entry.at) };
}

/** `relay365 audit`: who did what, and whether the record of it is whole. */
import type { AuditEntryView, AuditVerdict } from '../../contract/schemas.ts';
import { auditLines, entryView } from '../admin/audit/audit-handlers.ts';
import { verifyAudit } from '../observe/audit/verify.ts';
import { eitherWay } from './access-client.ts';
import type { ConfigOption } from './client.ts';
import { exitCodes } from './failure.ts';
import { countOf, write, writeJson, writeTable } from './output.ts';

interface JsonOption extends ConfigOption {
  readonly json?: boolean;
}

export async function list(
  options: JsonOption & {
    readonly by?: string;
    readonly action?: string;
    readonly object?: string;
    readonly limit: number;
  },
): Promise<void> {
  const { by, action, object, limit } = options;
  const items = await eitherWay<readonly AuditEntryView[]>(options, {
    running: async (client) => (await client.call('audit', { query: { by, action, object, limit } })).items,
    stopped: async ({ audit }) => {
      const { items: found } = await audit.page({ by, action, object }, { limit });
      return found.map(entryView);
    },
  });
  if (options.json) {
    writeJson({ items });
    return;
  }
  writeTable(
    items,
    [
      { title: 'seq', value: ({ seq }) => String(seq) },
      { title: 'at', value: ({ at }) => at },
      { title: 'by', value: (entry) => entry.by },
      { title: 'from', value: ({ address, via }) => address ?? via },
      { title: 'action', value: (entry) => entry.action },
      { title: 'object', value: (entry) => entry.object ?? '' },
      { title: 'result', value: ({ result }) => result, widthMax: 60 },
    ],
    'no entries',
  );
}

/** Exit code 1 where the log is not whole. */
export async function verify(options: JsonOption): Promise<void> {
  const verdict = await eitherWay<AuditVerdict>(options, {
    running: (client) => client.call('verifyAudit'),
    stopped: async ({ audit }) => {
      const { faults, ...rest } = await verifyAudit(audit);
      return { ...rest, faults: [...faults] };
    },
  });
  if (!verdict.whole) process.exitCode = exitCodes.other;
  if (options.json) {
    writeJson(verdict);
    return;
  }
  for (const { seq, text } of verdict.faults) write(seq === undefined ? text : `entry ${seq} ${text}`);
  write(
    verdict.whole
      ? `whole: ${countOf(verdict.entries, 'entry', 'entries')}, head ${verdict.head ?? 'none'}`
      : `NOT whole: ${countOf(verdict.faults.length, 'fault')} among ${countOf(verdict.entries, 'entry', 'entries')}`,
  );
}

/** One JSON object a line, oldest first, as they are kept. */
export async function exportAll(options: ConfigOption): Promise<void> {
  await eitherWay(options, {
    running: async (client) => {
      process.stdout.write(await client.call('exportAudit'));
    },
    stopped: async ({ audit }) => {
      for await (const line of auditLines(audit)) process.stdout.write(line);
    },
  });
}

/**
 * Rows of `Get-MessageTraceV2` (learn.microsoft.com/powershell/module/exchange/get-messagetracev2), from its JSON or CSV.
 * Everything in them is untrusted. Pure.
 */
import type { Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';

/** Rows of one export that are read. */
export const traceRowsMax = 20_000;

export interface TraceRow {
  /** With its angle brackets. */
  readonly messageId: string;
  readonly recipient: string;
  readonly sender?: string;
  /** `Delivered`, `Failed`, `Pending`, `Expanded`, `Quarantined`, `FilteredAsSpam`, `GettingStatus`, `None`. */
  readonly status: string;
  readonly at?: Instant;
}

export type TraceRows =
  | { readonly kind: 'rows'; readonly rows: readonly TraceRow[]; readonly isCut: boolean }
  | { readonly kind: 'unknown'; readonly reason: string };

const needed = ['MessageId', 'RecipientAddress', 'Status'] as const;

/** `objects`: of JSON, or one a line of a table, by its titles. */
export function traceRowsOf(objects: readonly unknown[]): TraceRows {
  const rows: TraceRow[] = [];
  for (const object of objects.slice(0, traceRowsMax)) {
    const fields = fieldsOf(object);
    const missing = needed.find((name) => !fields.has(name.toLowerCase()));
    if (missing !== undefined) {
      return {
        kind: 'unknown',
        reason: `a row has no ${missing}: write the file with "Get-MessageTraceV2 … | ConvertTo-Json" or "| Export-Csv"`,
      };
    }
    const at = momentOf(fields.get('received'));
    const sender = fields.get('senderaddress');
    rows.push({
      messageId: bracketed(fields.get('messageid') ?? ''),
      recipient: (fields.get('recipientaddress') ?? '').toLowerCase(),
      status: fields.get('status') ?? '',
      ...(sender !== undefined && { sender: sender.toLowerCase() }),
      ...(at !== undefined && { at }),
    });
  }
  return { kind: 'rows', rows, isCut: objects.length > traceRowsMax };
}

/** Titles in any case; a `Map`, because they come from a file. */
function fieldsOf(object: unknown): ReadonlyMap<string, string> {
  if (typeof object !== 'object' || object === null) return new Map();
  return new Map(
    Object.entries(object).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number'
        ? [[name.toLowerCase(), String(value).slice(0, 1_000)] as const]
        : [],
    ),
  );
}

export function bracketed(id: string): string {
  const trimmed = id.trim();
  return trimmed.startsWith('<') ? trimmed : `<${trimmed}>`;
}

/** ISO 8601, or the `/Date(milliseconds)/` of Windows PowerShell; without a zone it is UTC, as Exchange has it. */
function momentOf(text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  const ticks = /^\/Date\((-?\d{1,16})/.exec(text)?.[1];
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text);
  const ms = ticks === undefined ? Date.parse(hasZone ? text : `${text}Z`) : Number(ticks);
  const read = Number.isNaN(ms) ? Date.parse(text) : ms;
  return Number.isNaN(read) ? undefined : instant(read);
}

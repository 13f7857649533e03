/** The DNS that the stand-in asks: records that are configured, by name. Nothing is looked up outside. */

/** A plain list is TXT. */
export type ZoneEntry = readonly string[] | ZoneRecords;

export interface ZoneRecords {
  readonly txt?: readonly string[];
  /** IPv4 addresses. */
  readonly a?: readonly string[];
  /** IPv6 addresses. */
  readonly aaaa?: readonly string[];
  /** Host names; SPF asks nobody for their preference (RFC 7208 5.4). */
  readonly mx?: readonly string[];
}

export type RecordType = keyof ZoneRecords;

export class Zone {
  readonly #records: ReadonlyMap<string, ZoneRecords>;

  constructor(entries: Readonly<Record<string, ZoneEntry>>) {
    this.#records = new Map(
      Object.entries(entries).map(([name, entry]) => [
        plainName(name),
        Array.isArray(entry) ? { txt: entry } : (entry as ZoneRecords),
      ]),
    );
  }

  /** Empty where there is no such name or no such record: a configured zone never fails. */
  find(name: string, type: RecordType): readonly string[] {
    return this.#records.get(plainName(name))?.[type] ?? [];
  }
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** Every record of a kind, page by page. */
import type { Records } from '../../store/records.ts';

const pageRecords = 500;

export async function readAll(records: Records, kind: string): Promise<readonly string[]> {
  const texts: string[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await records.list({ kind, limit: pageRecords, ...(after === undefined ? {} : { after }) });
    for (const { text } of page) texts.push(text);
    if (page.length < pageRecords) return texts;
    after = page.at(-1)?.key;
  }
}

/** Contents of new messages on their way into the store: small ones travel with their rows, large ones lie in files first. */
import type { ContentRef, NewMessage } from '../store.ts';
import type { ContentFiles } from './content-files.ts';
import type { InsertRow, WriteResult } from './operations.ts';
import { insertRow } from './rows.ts';

export class NewContents {
  readonly #files: ContentFiles;
  readonly #inlineBytesMax: number;

  constructor(files: ContentFiles, inlineBytesMax: number) {
    this.#files = files;
    this.#inlineBytesMax = inlineBytesMax;
  }

  /**
   * Readies the contents of new messages, writes, and lets go of prepared files when the rows were not
   * kept: because the store failed, or because `wasRefused` says so.
   */
  async write(
    messages: readonly NewMessage[],
    perform: (rows: readonly InsertRow[], chunks: readonly Uint8Array[]) => Promise<WriteResult>,
    wasRefused: (result: WriteResult) => boolean = () => false,
  ): Promise<WriteResult> {
    const files: string[] = [];
    const rows: InsertRow[] = [];
    const chunks: Uint8Array[] = [];
    try {
      for (const message of messages) {
        const { content } = message;
        const bytes = content.kind === 'bytes' ? byteLength(content.chunks) : 0;
        if (content.kind === 'bytes' && bytes <= this.#inlineBytesMax) {
          chunks.push(...content.chunks);
          rows.push(insertRow(message, null, bytes));
        } else {
          const ref = content.kind === 'streamed' ? content.ref : await this.#toFile(message);
          const file = this.#files.bind(ref);
          files.push(file);
          rows.push(insertRow(message, file, 0));
        }
      }
      const result = await perform(rows, chunks);
      if (wasRefused(result)) for (const file of files) await this.#files.unbound(file);
      else for (const file of files) this.#files.bound(file);
      return result;
    } catch (error) {
      for (const file of files) await this.#files.unbound(file);
      throw error;
    }
  }

  async #toFile(message: NewMessage): Promise<ContentRef> {
    const sink = this.#files.create(message.accepted.id);
    try {
      if (message.content.kind === 'bytes') {
        for (const chunk of message.content.chunks) await sink.write(chunk);
      }
      return await sink.finish();
    } catch (error) {
      await sink.abort();
      throw error;
    }
  }
}

function byteLength(chunks: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const chunk of chunks) bytes += chunk.length;
  return bytes;
}

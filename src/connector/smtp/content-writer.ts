/** Writes the content of a transaction: small content at once, large content with back-pressure. */
import { DotStuffer } from '../../protocol/smtp/client/dot-stuffing.ts';
import type { Run } from './run.ts';
import type { SmtpSettings } from './settings.ts';
import type { Wire } from './wire.ts';

export interface ContentWriterOptions {
  readonly wire: Wire;
  readonly timeouts: SmtpSettings['timeouts'];
  /** The connection still works on this run, and it is the oldest. */
  readonly isCurrent: (run: Run) => boolean;
  /** Our own side could not go on with the content. */
  readonly onFault: (run: Run, error: unknown) => void;
  /** The last octet of streamed content is with the wire; what follows may ride behind it. */
  readonly onStreamed: () => void;
}

export class ContentWriter {
  readonly #options: ContentWriterOptions;

  constructor(options: ContentWriterOptions) {
    this.#options = options;
  }

  write(run: Run): void {
    run.contentBegun = true;
    const { content, facts } = run.job;
    if (content.kind === 'stream') {
      this.#stream(run, content.open()).catch((error: unknown) => this.#options.onFault(run, error));
      return;
    }
    const { wire } = this.#options;
    if (run.plan.transfer === 'bdat') {
      wire.send(`BDAT ${facts.bytes} LAST\r\n`);
      for (const chunk of content.chunks) wire.send(chunk);
    } else {
      const pieces: Buffer[] = [];
      const stuffer = new DotStuffer();
      try {
        for (const chunk of content.chunks) stuffer.push(chunk, pieces);
      } catch (error) {
        this.#options.onFault(run, error);
        return;
      }
      for (const piece of pieces) wire.send(piece);
      wire.send(stuffer.end());
    }
    this.written(run);
  }

  /** Large content, with back-pressure; each chunk written gives the peer a command's time to take it. */
  async #stream(run: Run, source: AsyncIterable<Uint8Array>): Promise<void> {
    const { wire } = this.#options;
    const { bytes } = run.job.facts;
    const stuffer = run.plan.transfer === 'data' ? new DotStuffer() : undefined;
    if (!stuffer) wire.send(`BDAT ${bytes} LAST\r\n`);
    let written = 0;
    for await (const chunk of source) {
      if (!this.#options.isCurrent(run)) return;
      written += chunk.length;
      if (bytes !== undefined && written > bytes)
        throw new Error(`content has more than its ${bytes} octets`);
      this.#sendChunk(asBuffer(chunk), stuffer);
      // With BDAT the peer knows the end by its count, and may answer while we still wait for the socket.
      if (!stuffer && written === bytes) this.written(run);
      else wire.expect(this.#options.timeouts.command);
      if (!wire.flush()) await wire.drain();
      if (!this.#options.isCurrent(run)) return;
    }
    if (!this.#options.isCurrent(run)) return;
    if (bytes !== undefined && written < bytes)
      throw new Error(`content has ${written} of its ${bytes} octets`);
    if (stuffer) wire.send(stuffer.end());
    if (!run.contentWritten) this.written(run);
    this.#options.onStreamed();
    wire.flush();
  }

  #sendChunk(chunk: Buffer, stuffer: DotStuffer | undefined): void {
    const { wire } = this.#options;
    if (!stuffer) {
      wire.send(chunk);
      return;
    }
    const pieces: Buffer[] = [];
    stuffer.push(chunk, pieces);
    for (const piece of pieces) wire.send(piece);
  }

  written(run: Run): void {
    run.contentBegun = true;
    run.contentWritten = true;
    this.#options.wire.expect(this.#options.timeouts.content);
  }
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

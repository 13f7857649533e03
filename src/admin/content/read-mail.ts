/**
 * Takes a mail apart for showing, in a thread of its own: hostile content may cost time and memory, and the event loop
 * that speaks SMTP shall notice nothing of it. The thread ends with the mail, or when `readMs` are over.
 */
import { inThread } from '../../platform/one-shot-thread.ts';
import { Problem } from '../problem.ts';

const readMs = 10_000;
const atOnce = 2;
const heapMiB = 256;

export interface ReadMail {
  readonly text?: string;
  readonly html?: string;
  /** A part was longer than what is given. */
  readonly isCut: boolean;
  /** The first hundred. */
  readonly attachments: readonly {
    readonly name?: string;
    readonly type: string;
    readonly bytes: number;
    readonly inline: boolean;
  }[];
  readonly attachmentCount: number;
}

let active = 0;

/** Rejects with a problem where the mail cannot be taken apart, or too many are at once. */
export async function readMail(content: Buffer): Promise<ReadMail> {
  if (active >= atOnce) {
    throw new Problem(
      409,
      'Not possible now',
      `${atOnce} mails are being taken apart: try again in a moment`,
    );
  }
  active += 1;
  try {
    return await inThread<ReadMail>({
      module: new URL('./mail-thread', import.meta.url),
      data: Uint8Array.from(content),
      timeoutMs: readMs,
      heapMiB,
    });
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error));
  } finally {
    active -= 1;
  }
}

function unreadable(why: string): Problem {
  return new Problem(409, 'Not possible', `the content cannot be taken apart for showing: ${why}`);
}

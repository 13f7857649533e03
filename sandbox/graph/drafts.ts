/** Drafts of all mailboxes: kept in memory, bounded, gone when they are sent. */

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly content: Buffer;
}

export interface Draft {
  readonly id: string;
  readonly mailbox: string;
  /** Whole message, as it was made from MIME or JSON. */
  readonly content: Buffer;
  readonly attachments: Attachment[];
}

export interface UploadSession {
  readonly id: string;
  readonly draft: Draft;
  readonly name: string;
  readonly contentType: string;
  readonly size: number;
  readonly chunks: Buffer[];
  received: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const draftsMax = 1000;

export class DraftStore {
  readonly #drafts = new Map<string, Draft>();
  readonly #sessions = new Map<string, UploadSession>();

  add(draft: Draft): void {
    this.#drafts.set(draft.id, draft);
    if (this.#drafts.size <= draftsMax) return;
    const [oldest] = this.#drafts.keys();
    if (oldest !== undefined) this.remove(oldest);
  }

  find(id: string, mailbox: string): Draft | undefined {
    const draft = this.#drafts.get(id);
    return draft?.mailbox === mailbox ? draft : undefined;
  }

  remove(id: string): void {
    this.#drafts.delete(id);
    for (const session of this.#sessions.values()) {
      if (session.draft.id === id) this.#sessions.delete(session.id);
    }
  }

  addSession(session: UploadSession): void {
    this.#sessions.set(session.id, session);
  }

  session(id: string): UploadSession | undefined {
    return this.#sessions.get(id);
  }

  removeSession(id: string): void {
    this.#sessions.delete(id);
  }
}

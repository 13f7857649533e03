/**
 * What arrived, in the order of arrival: kept in memory up to a number of messages and octets (the oldest go
 * first, and are counted), and written to a directory where one is given.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Duplicate, DuplicateCounter } from './duplicates.ts';

/** Way in that a message took. */
export type Route = 'mx' | 'submission' | 'hve' | 'acs' | 'graph';

export interface Arrival {
  /** Decimal InternalId, as in the reply to the client; unique within one run. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** False: the content came whole, but a fault kept its `250` back. */
  readonly acknowledged: boolean;
  readonly route: Route;
  /** Id of the tenant that it was attributed to. */
  readonly tenant?: string;
  /** Mailbox or account that was logged in. */
  readonly login?: string;
  /** Inbound connector that it came by. */
  readonly connector?: string;
  /** Result of the SPF look-up (RFC 7208 2.6). */
  readonly spf?: string;
  readonly client: ArrivalClient;
  /** Address inside `MAIL FROM:<…>`; empty for the null reverse-path. */
  readonly from: string;
  /** Parameters of MAIL, verbatim: `SIZE=1000`, `BODY=8BITMIME`, `SMTPUTF8`. */
  readonly parameters: readonly string[];
  readonly recipients: readonly ArrivalRecipient[];
  /** `HTTP`: by Graph. */
  readonly transfer: 'DATA' | 'BDAT' | 'HTTP';
  /** As sent: dot-stuffing undone, the final dot not included. */
  readonly content: Buffer;
  /** Deviations from the RFCs that Exchange Online puts up with; a careful client causes none. */
  readonly notes: readonly string[];
}

export interface ArrivalRecipient {
  readonly address: string;
  readonly parameters: readonly string[];
  /** Reply that a non-delivery report gives for it. */
  readonly report?: string;
}

export interface ArrivalClient {
  readonly address: string;
  readonly port: number;
  /** What EHLO or HELO said. */
  readonly helo: string;
  /** Number of the connection, from 1: equal for messages that shared one. */
  readonly connection: number;
  readonly tls?: { readonly version: string; readonly cipher: string };
  readonly certificate?: ArrivalCertificate;
}

export interface ArrivalCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly subjectAltName: string;
  /** Upper-case hexadecimal with colons, as OpenSSL prints it. */
  readonly fingerprint256: string;
}

export interface LedgerOptions {
  readonly messagesMax: number;
  readonly bytesMax: number;
  /** Written to as `ID.eml` and `ID.json`; made when it is missing. */
  readonly directory?: string;
}

export interface LedgerCounts {
  /** All messages since the start. */
  readonly arrived: number;
  readonly kept: number;
  readonly keptBytes: number;
  /** Gone from memory because of the bounds. */
  readonly dropped: number;
  /** Copies beyond the first, by Message-ID, sender and recipient. */
  readonly duplicates: number;
}

export type Predicate = (arrival: Arrival) => boolean;

export class Ledger {
  readonly #options: LedgerOptions;
  readonly #waiting = new Set<(arrival: Arrival) => void>();
  readonly #duplicates = new DuplicateCounter();
  readonly #observers: ((arrival: Arrival) => Promise<void>)[] = [];
  #kept: Arrival[] = [];
  #keptBytes = 0;
  #arrived = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** Keeps one message; rejects when the directory cannot be written, and then nothing was kept. */
  async add(arrival: Arrival): Promise<void> {
    if (this.#options.directory !== undefined) await writeArrival(this.#options.directory, arrival);
    this.#kept.push(arrival);
    this.#keptBytes += arrival.content.length;
    this.#arrived += 1;
    this.#forgetOldest();
    this.#duplicates.count(arrival);
    for (const see of this.#waiting) see(arrival);
    for (const observe of this.#observers) await observe(arrival);
  }

  /** Called after each arrival, before the client has its answer. */
  observe(see: (arrival: Arrival) => Promise<void>): void {
    this.#observers.push(see);
  }

  /** What came more than once, since the start. */
  duplicates(): readonly Duplicate[] {
    return this.#duplicates.list();
  }

  messages(): readonly Arrival[] {
    return this.#kept;
  }

  find(id: string): Arrival | undefined {
    return this.#kept.find((arrival) => arrival.id === id);
  }

  counts(): LedgerCounts {
    return {
      arrived: this.#arrived,
      kept: this.#kept.length,
      keptBytes: this.#keptBytes,
      dropped: this.#arrived - this.#kept.length,
      duplicates: this.#duplicates.total,
    };
  }

  clear(): void {
    this.#kept = [];
    this.#keptBytes = 0;
    this.#arrived = 0;
    this.#duplicates.clear();
  }

  /** The first message that fits, arrived or still to come; rejects with the reason of `signal`. */
  waitFor(fits: Predicate, signal: AbortSignal): Promise<Arrival> {
    const there = this.#kept.find(fits);
    if (there !== undefined) return Promise.resolve(there);
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#waiting.delete(see);
        reject(signal.reason);
      };
      const see = (arrival: Arrival): void => {
        if (!fits(arrival)) return;
        this.#waiting.delete(see);
        signal.removeEventListener('abort', stop);
        resolve(arrival);
      };
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      this.#waiting.add(see);
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  #forgetOldest(): void {
    const { messagesMax, bytesMax } = this.#options;
    // The newest stays whatever its size: somebody is waiting for it.
    while (this.#kept.length > 1 && (this.#kept.length > messagesMax || this.#keptBytes > bytesMax)) {
      const oldest = this.#kept.shift();
      this.#keptBytes -= oldest?.content.length ?? 0;
    }
  }
}

/** The same, without the content: for lists. */
export function describeArrival(arrival: Arrival): Record<string, unknown> {
  const { content, at, ...rest } = arrival;
  return { ...rest, at: new Date(at).toISOString(), bytes: content.length };
}

async function writeArrival(directory: string, arrival: Arrival): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, `${arrival.id}.eml`), arrival.content);
  await writeFile(
    join(directory, `${arrival.id}.json`),
    `${JSON.stringify(describeArrival(arrival), undefined, 2)}\n`,
  );
}

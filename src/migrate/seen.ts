/** Counts who sent through an old relay, by its logs. Memory is bounded whatever the logs hold. */
import { formatAddress, parseAddress } from '../config/network-range.ts';
import { parseMailbox } from '../protocol/address.ts';

/** Clients that are told apart, and senders of each. */
export const clientsMax = 5_000;
const sendersMax = 50;

export interface SeenClient {
  readonly address: string;
  readonly messages: number;
  /** In order of their first message, at most 50. */
  readonly senders: readonly string[];
  readonly moreSenders: boolean;
  readonly nullSender: boolean;
  /** As the log names them; none: no TLS was seen. */
  readonly tls: readonly string[];
  readonly logins: readonly string[];
}

interface Counted {
  messages: number;
  readonly senders: Set<string>;
  moreSenders: boolean;
  nullSender: boolean;
  readonly tls: Set<string>;
  readonly logins: Set<string>;
}

export class SeenClients {
  readonly #clients = new Map<string, Counted>();
  /** Messages of clients beyond the bound, and of addresses that cannot be read. */
  leftOut = 0;

  /** One message; `sender` without angle brackets, empty for the null sender. */
  message(address: string, sender: string): void {
    const client = this.#client(address);
    if (client === undefined) {
      this.leftOut += 1;
      return;
    }
    client.messages += 1;
    if (sender === '') client.nullSender = true;
    else if (!parseMailbox(sender).ok) client.moreSenders = true;
    else if (client.senders.size < sendersMax || client.senders.has(sender.toLowerCase()))
      client.senders.add(sender.toLowerCase());
    else client.moreSenders = true;
  }

  tls(address: string, version: string): void {
    const client = this.#client(address);
    if (client && client.tls.size < 8) client.tls.add(version);
  }

  login(address: string, user: string): void {
    const client = this.#client(address);
    if (client && client.logins.size < 8) client.logins.add(user);
  }

  /** Those that sent, the busiest first. */
  list(): SeenClient[] {
    return [...this.#clients]
      .filter(([, client]) => client.messages > 0)
      .map(([address, client]) => ({
        ...client,
        address,
        senders: [...client.senders],
        tls: [...client.tls],
        logins: [...client.logins],
      }))
      .sort((a, b) => b.messages - a.messages);
  }

  #client(text: string): Counted | undefined {
    const address = parseAddress(text);
    if (!address.ok) return undefined;
    const key = formatAddress(address.value);
    const known = this.#clients.get(key);
    if (known || this.#clients.size >= clientsMax) return known;
    const client: Counted = {
      messages: 0,
      senders: new Set(),
      moreSenders: false,
      nullSender: false,
      tls: new Set(),
      logins: new Set(),
    };
    this.#clients.set(key, client);
    return client;
  }
}

/** Who sent what, from the log of Postfix: the line of smtpd names the client, that of cleanup or qmgr the sender. */
import type { SeenClients } from '../seen.ts';

/** Messages of which the sender is still to come. */
const openMax = 100_000;

// Written so that no line, whatever stands in it, is looked at more than a few times over.
const taken =
  /postfix[\w/-]{0,40}\/smtpd\[\d+\]: ([0-9A-Za-z]{5,20}): client=[^\s[]*\[([^\][]+)\](?:.*sasl_username=([^\s,]+))?/;
const queued = /postfix[\w/-]{0,40}\/qmgr\[\d+\]: ([0-9A-Za-z]{5,20}): from=<([^>]*)>/;
const secured =
  /postfix[\w/-]{0,40}\/smtpd\[\d+\]: \w+ TLS connection established from [^\s[]*\[([^\][]+)\]: (\S+)/;

/** Takes one line after the other. */
export class PostfixLog {
  readonly #open = new Map<string, string>();
  readonly #seen: SeenClients;

  constructor(seen: SeenClients) {
    this.#seen = seen;
  }

  line(text: string): void {
    const client = taken.exec(text);
    if (client) {
      const [, id = '', address = '', user] = client;
      if (this.#open.size < openMax) this.#open.set(id, address);
      if (user !== undefined) this.#seen.login(address, user);
      return;
    }
    const sender = queued.exec(text);
    if (sender) {
      const [, id = '', from = ''] = sender;
      const address = this.#open.get(id);
      // Each later attempt has such a line again.
      this.#open.delete(id);
      if (address !== undefined) this.#seen.message(address, from);
      return;
    }
    const tls = secured.exec(text);
    if (tls) this.#seen.tls(tls[1] ?? '', tls[2] ?? '');
  }
}

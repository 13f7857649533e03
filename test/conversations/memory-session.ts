/** A session without a socket: the real engine and the real handlers, fed by a test. */
import { handleEvent } from '../../src/listener/handle-event.ts';
import { type Client, SessionCore } from '../../src/listener/session-core.ts';
import { engineFor } from '../../src/listener/session-engine.ts';
import type { TestSurroundings } from './surroundings.ts';

const testTls = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', verified: false };

export class MemorySession {
  readonly around: TestSurroundings;
  readonly #address: string;
  #core: SessionCore;

  constructor(around: TestSurroundings, client: { readonly address: string; readonly tls: boolean }) {
    this.around = around;
    this.#address = client.address;
    this.#core = this.#begin(client.tls);
  }

  get core(): SessionCore {
    return this.#core;
  }

  /** How it ended, if it has. */
  get ended(): 'closed' | 'cut-off' | undefined {
    const { ending } = this.#core;
    return ending === undefined ? undefined : ending.atOnce ? 'cut-off' : 'closed';
  }

  greet(): string {
    this.#core.engine.say({ code: 220, text: 'relay.test ESMTP relay365' });
    return this.#core.engine.takeOutput();
  }

  /** Gives octets, and returns what is answered to them. */
  async send(octets: Buffer): Promise<string> {
    const core = this.#core;
    if (core.ending !== undefined || core.upgrading) return '';
    // A copy, because content is a view of it that stays with whoever took it.
    core.engine.feed(Buffer.from(octets));
    while (core.ending === undefined && !core.upgrading) {
      const event = core.engine.next();
      if (event === undefined) break;
      await handleEvent(core, event);
    }
    const output = core.engine.takeOutput();
    return this.ended === 'cut-off' ? '' : output;
  }

  /** The handshake after STARTTLS. */
  startTls(): void {
    if (!this.#core.upgrading) throw new Error('STARTTLS was not answered 220');
    this.#core = this.#begin(true);
  }

  #begin(tls: boolean): SessionCore {
    const { options } = this.around;
    const client: Client = { address: this.#address, ...(tls ? { tls: testTls } : {}) };
    const policy = options.policy.current;
    const engine = engineFor({ options, policy, client });
    return new SessionCore({ options, policy, client, engine, ref: options.newId(options.clock.now()) });
  }
}

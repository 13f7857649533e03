/**
 * A conversation with a listener as a client from any address would have it, without a socket: the engine, the handlers
 * and the policy in force of a live session answer the lines. Nothing is counted, logged or kept, and content is not
 * taken, so the listener cannot be harmed by it.
 */
import type { Acceptance } from '../accept/acceptance.ts';
import { blockRefusal } from '../policy/block.ts';
import type { RateBook } from '../policy/rates.ts';
import { formatServerReply } from '../protocol/smtp/server/reply.ts';
import { handleEvent } from './handle-event.ts';
import type { ListenerOptions } from './options.ts';
import { engineFor } from './session-engine.ts';
import type { Client } from './session-core.ts';
import { SessionCore } from './session-core.ts';

export interface Exchange {
  readonly line: string;
  /** Without the last line end; empty where the session was over before. */
  readonly reply: string;
}

export interface RehearsalOptions extends Omit<
  ListenerOptions,
  'events' | 'logins' | 'rates' | 'acceptance' | 'identity'
> {
  readonly acceptance: Pick<Acceptance, 'ready'>;
  readonly rates: Pick<RateBook, 'wouldAdmit'>;
}

/** `lines` without their ends; no DATA or BDAT among them. */
export async function rehearse(
  given: RehearsalOptions,
  client: Client,
  lines: readonly string[],
): Promise<readonly Exchange[]> {
  const options = withoutEffects(given);
  const policy = options.policy.current;
  const now = options.clock.now();
  const ref = options.newId(now);
  const blocked = policy.blocked.find(client.address, now);
  if (blocked) {
    const { code, enhanced, text } = blockRefusal(blocked);
    return [
      { line: '', reply: formatServerReply({ code, enhanced, text: `${text} (ref ${ref})` }).trimEnd() },
    ];
  }
  const engine = engineFor({ options, policy, client });
  const core = new SessionCore({ options, policy, client, engine, ref });
  const exchanges: Exchange[] = [];
  for (const line of lines) {
    if (core.ending !== undefined) break;
    engine.feed(Buffer.from(`${line}\r\n`, 'latin1'));
    for (let event = engine.next(); event !== undefined && core.ending === undefined; event = engine.next()) {
      await handleEvent(core, event);
    }
    exchanges.push({ line, reply: engine.takeOutput().trimEnd() });
  }
  core.end('rehearsed');
  return exchanges;
}

function withoutEffects(given: RehearsalOptions): ListenerOptions {
  return {
    ...given,
    events: { emit: () => undefined },
    identity: { pairs: [] },
    logins: {
      verify: () => Promise.reject(new Error('a rehearsal has no login')),
    },
    rates: {
      admit: (source) => given.rates.wouldAdmit(source),
      connectionOpened: () => ({ kind: 'accept', rule: 'rehearsal', explanation: 'not counted' }),
      connectionClosed: () => undefined,
    },
    acceptance: {
      ready: (bytes) => given.acceptance.ready(bytes),
      begin() {
        throw new Error('a rehearsal takes no content');
      },
    },
  };
}

/** One HTTP request to a judged address: bounded in time and size, no redirects, nothing of the answer but its status kept. */
import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import type { Dns } from '../../platform/dns.ts';
import type { Reach } from '../../platform/egress.ts';
import { judgeEgress } from '../../platform/egress.ts';
import type { Sent } from './channel.ts';

export interface HttpTarget {
  readonly url: string;
  readonly reach: Reach;
  /** PEM text. */
  readonly ca?: string;
}

export interface HttpMessage {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const requestMs = 15_000;
/** Octets of an answer that are read at all, for the words of a refusal. */
const answerBytesMax = 64 * 1024;
const answerShownMax = 200;

/** Never rejects. */
export async function sendHttp(target: HttpTarget, message: HttpMessage, dns: Dns): Promise<Sent> {
  const verdict = await judgeEgress(target.url, target.reach, dns);
  if (verdict.kind === 'refused') return { ok: false, detail: verdict.reason, isFinal: true };
  const agent = new Agent({
    connections: 1,
    connect: {
      timeout: requestMs,
      // The name is not asked again: the address that was judged is the one that is used.
      lookup: pinned(verdict.addresses),
      ...(target.ca === undefined ? {} : { ca: target.ca }),
    },
    headersTimeout: requestMs,
    bodyTimeout: requestMs,
    maxResponseSize: answerBytesMax,
  });
  try {
    const answer = await request(target.url, {
      method: message.method,
      headers: { 'user-agent': 'relay365', ...message.headers },
      ...(message.body === undefined ? {} : { body: message.body }),
      dispatcher: agent,
      signal: AbortSignal.timeout(requestMs),
    });
    const text = await answer.body.text().catch(() => '');
    const { statusCode } = answer;
    if (statusCode >= 200 && statusCode < 300) return { ok: true, detail: `HTTP ${statusCode}` };
    const words = text.replaceAll(/\s+/g, ' ').slice(0, answerShownMax);
    return { ok: false, detail: `HTTP ${statusCode}${words === '' ? '' : `: ${words}`}` };
  } catch (error) {
    return { ok: false, detail: reasonOf(error) };
  } finally {
    await agent.destroy();
  }
}

function pinned(addresses: readonly { readonly address: string; readonly family: 4 | 6 }[]): LookupFunction {
  return ((_host: string, options: { readonly all?: boolean }, done: (...given: unknown[]) => void) => {
    const [first] = addresses;
    if (options.all === true) done(null, addresses);
    else done(null, first?.address, first?.family);
  }) as LookupFunction;
}

/** Without the URL, which may be a secret. */
function reasonOf(error: unknown): string {
  const { code, message, cause } = error as NodeJS.ErrnoException;
  const inner = cause as NodeJS.ErrnoException | undefined;
  return inner?.code ?? code ?? message;
}

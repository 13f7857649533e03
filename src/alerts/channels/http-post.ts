/**
 * One HTTP request to a judged address: bounded in time and size, no redirects, nothing of the answer but its status kept.
 * Through a proxy the name is resolved there; the URL itself is judged all the same.
 */
import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import { Agent, ProxyAgent, request } from 'undici';
import type { Dns } from '../../platform/dns.ts';
import type { Reach } from '../../platform/egress.ts';
import { judgeEgress, urlFault } from '../../platform/egress.ts';
import type { NetAddress } from '../../platform/net.ts';
import type { Sent } from './channel.ts';

export interface HttpTarget {
  readonly url: string;
  readonly reach: Reach;
  /** PEM text. */
  readonly ca?: string;
  readonly proxy?: { readonly url: string; readonly username?: string; readonly password?: string };
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
  const way = await wayTo(target, dns);
  if (typeof way === 'string') return { ok: false, detail: way, isFinal: true };
  try {
    const answer = await request(target.url, {
      method: message.method,
      headers: { 'user-agent': 'relay365', ...message.headers },
      ...(message.body === undefined ? {} : { body: message.body }),
      dispatcher: way,
      signal: AbortSignal.timeout(requestMs),
    });
    const text = await answer.body.text().catch(() => '');
    const { statusCode } = answer;
    if (statusCode >= 200 && statusCode < 300) return { ok: true, detail: `HTTP ${statusCode}` };
    const words = text.replaceAll(/\s+/g, ' ').slice(0, answerShownMax);
    return { ok: false, detail: `HTTP ${statusCode}${words === '' ? '' : `: ${words}`}` };
  } catch (error) {
    const through = target.proxy === undefined ? '' : ` (through the proxy ${target.proxy.url})`;
    return { ok: false, detail: `${reasonOf(error)}${through}` };
  } finally {
    await way.destroy();
  }
}

/** A text says why the target is not asked. */
async function wayTo(target: HttpTarget, dns: Dns): Promise<Dispatcher | string> {
  const { url, reach, ca, proxy } = target;
  const common = {
    connections: 1,
    headersTimeout: requestMs,
    bodyTimeout: requestMs,
    maxResponseSize: answerBytesMax,
  };
  const tls = { timeout: requestMs, ...(ca === undefined ? {} : { ca }) };
  if (proxy === undefined) {
    const verdict = await judgeEgress(url, reach, dns);
    if (verdict.kind === 'refused') return verdict.reason;
    // The name is not asked again: the address that was judged is the one that is used.
    return new Agent({ ...common, connect: { ...tls, lookup: pinned(verdict.addresses) } });
  }
  const fault = urlFault(url, reach);
  if (fault !== undefined) return fault;
  const { username, password } = proxy;
  return new ProxyAgent({
    ...common,
    uri: proxy.url,
    // The proxy is shown a host and a port, not the path, which often is a secret.
    proxyTunnel: true,
    requestTls: tls,
    proxyTls: { timeout: requestMs },
    ...(username === undefined || password === undefined ? {} : { token: basic(username, password) }),
  });
}

/** RFC 7617 2: UTF-8, as most proxies have it. */
function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function pinned(addresses: readonly NetAddress[]): LookupFunction {
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

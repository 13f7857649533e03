/** Holds a conversation with one target from the first look-up to the summary. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connected } from '../../connector/smtp/open-connection.ts';
import type { SmtpSettings } from '../../connector/smtp/settings.ts';
import type { Target } from '../../connector/route.ts';
import type { Way } from '../../connector/way/way.ts';
import type { Clock } from '../../platform/clock.ts';
import type { NetAddress } from '../../platform/net.ts';
import { formatHostPort } from '../../platform/net.ts';
import type { Mailbox, ReversePath } from '../../protocol/address.ts';
import type { Conversation, ConversationStep } from './conversation.ts';
import type { Place } from './explain-step.ts';
import { wireFinding } from './explain-step.ts';
import { faultAdvice } from './fault-advice.ts';
import type { AttributionFacts } from './attribution-facts.ts';
import { greetedAddress } from './greeted-address.ts';
import { judgeEgress } from './egress.ts';
import { Recorder } from './recorder.ts';
import { tokenFinding } from './token-step.ts';
import { walk } from './walk.ts';

/** Addresses of one host that are tried. */
const addressesMax = 4;

export interface Held {
  /** Whom it is held with, for the title. */
  readonly title: string;
  readonly clock: Clock;
  readonly sender: ReversePath | undefined;
  readonly recipient?: Mailbox | undefined;
  readonly content?: Buffer | undefined;
  readonly signal: AbortSignal;
  readonly told: (step: ConversationStep) => void;
}

/** A connected stream, such as the client's end of a session of our own listener. */
export interface StreamTarget {
  readonly kind: 'stream';
  open(): Promise<Socket>;
  readonly settings: SmtpSettings;
  readonly place: Place & { readonly name: string };
}

/** `reach`: how far the caller may reach; hosts that the policy names are reached by `policy`. */
export interface WayTarget {
  readonly kind: 'way';
  readonly way: Way;
  readonly reach: 'policy' | 'administrator' | 'outside';
}

export async function hold(target: StreamTarget | WayTarget, held: Held): Promise<Conversation> {
  const recorder = new Recorder(held.clock, held.told);
  if (target.kind === 'stream') {
    await walk(await target.open(), { ...held, settings: target.settings, place: target.place, recorder });
  } else if (target.way.kind === 'graph') {
    await holdGraph(target.way, recorder, held.signal);
  } else {
    await holdSmtp(target.way, target.reach, recorder, held);
  }
  return summed(held.title, recorder);
}

async function holdSmtp(
  way: Extract<Way, { kind: 'smtp' }>,
  reach: WayTarget['reach'],
  recorder: Recorder,
  held: Held,
): Promise<void> {
  const found = await firstTarget(way, recorder, held);
  if (!found) return;
  const { target, addresses } = found;
  const host = formatHostPort(target.host, target.port);
  const place = {
    host,
    port: target.port,
    name: target.host,
    where: way.where,
    ...(way.known && { attribution: () => attributionOf(way.known, held.sender, recorder) }),
  };
  const allowed = addresses.filter(({ address }) => mayReach(address, reach));
  if (allowed.length === 0) {
    const verdict = judgeEgress(addresses[0]?.address ?? '');
    recorder.add('connect', {
      outcome: 'fail',
      explained: verdict.kind === 'allowed' ? 'no address may be reached' : verdict.reason,
      code: 'egress-refused',
    });
    return;
  }
  for (const [index, address] of allowed.slice(0, addressesMax).entries()) {
    const isLast = index === Math.min(allowed.length, addressesMax) - 1;
    const socket = await connectStep(address, place, {
      settings: way.settings,
      recorder,
      isLast,
      signal: held.signal,
    });
    if (!socket) continue;
    await walk(socket, { ...held, settings: way.settings, place, recorder, tokens: way.tokens });
    return;
  }
}

function attributionOf(
  known: { readonly acceptedDomains: readonly string[]; readonly hasCertificate: boolean } | undefined,
  sender: ReversePath | undefined,
  { steps }: Recorder,
): AttributionFacts {
  return {
    acceptedDomains: known?.acceptedDomains ?? [],
    hasCertificate: known?.hasCertificate ?? false,
    senderDomain: sender === null || sender === undefined ? sender : sender.domainKey,
    address: greetedAddress(steps),
  };
}

function mayReach(address: string, reach: WayTarget['reach']): boolean {
  const { kind } = judgeEgress(address);
  return kind === 'allowed' || (kind === 'administrator' && reach !== 'outside');
}

async function firstTarget(
  { route, settings }: Extract<Way, { kind: 'smtp' }>,
  recorder: Recorder,
  { recipient }: Held,
): Promise<{ target: Target; addresses: readonly NetAddress[] } | undefined> {
  const targets = await route.targets(recipient ? route.keyFor({ address: recipient }) : '');
  if (targets.kind === 'failed') {
    const { text, code } = targets.failure;
    const advice = faultAdvice(code, { stage: 'resolve', port: 25 });
    recorder.add('resolve', { outcome: 'fail', explained: text, advice, code });
    return undefined;
  }
  let words = '';
  for (const target of targets.targets) {
    const answer = await target.resolve();
    if (answer.kind === 'records' && answer.records.length > 0) {
      const { sourceAddress } = settings;
      const addresses = answer.records.filter(
        ({ family }) => sourceAddress === undefined || (sourceAddress.includes(':') ? 6 : 4) === family,
      );
      recorder.add('resolve', {
        explained: `${target.host} is ${addresses.map(({ address }) => address).join(', ')}.`,
        received: addresses.map(({ address, family }) => `${family === 6 ? 'AAAA' : 'A'} ${address}`),
      });
      if (addresses.length > 0) return { target, addresses };
    }
    words = answer.kind === 'failed' ? `cannot be resolved now (${answer.code})` : 'has no address';
    words = `${target.host} ${answer.kind === 'no-name' ? 'does not exist: no such host name' : words}`;
  }
  recorder.add('resolve', {
    outcome: 'fail',
    explained: words,
    advice: 'Check the name, and that the name servers of this machine answer.',
    code: 'host-not-found',
  });
  return undefined;
}

async function connectStep(
  address: NetAddress,
  place: Place & { readonly name: string },
  given: {
    readonly settings: SmtpSettings;
    readonly recorder: Recorder;
    readonly isLast: boolean;
    readonly signal: AbortSignal;
  },
): Promise<Socket | undefined> {
  const { settings, recorder, isLast, signal } = given;
  const { sourceAddress } = settings;
  const socket = connect({
    // The address that was judged, and not the name, which might resolve to another one now.
    host: address.address,
    port: place.port,
    noDelay: true,
    ...(sourceAddress !== undefined && { localAddress: sourceAddress }),
  });
  const fault = await connected(socket, settings.clock, settings.timeouts.connect, signal);
  const to = formatHostPort(address.address, place.port);
  if (!fault) {
    recorder.add('connect', {
      explained: `Connected to ${to} over IPv${address.family} from ${socket.localAddress ?? 'this machine'}.`,
    });
    return socket;
  }
  const finding = wireFinding('connect', fault, { ...place, host: `${place.host} (${address.address})` });
  recorder.add('connect', {
    ...finding,
    outcome: isLast ? 'fail' : 'warn',
    ...(!isLast && { explained: `${finding.explained}; the next address is tried` }),
  });
  return undefined;
}

/** Graph has no conversation to take back: the token says who we are and what we may; only a test message says more. */
async function holdGraph(
  way: Extract<Way, { kind: 'graph' }>,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<void> {
  const finding = await tokenFinding(way.tokens, signal);
  recorder.add('token', finding);
  if (finding.outcome === 'fail') return;
  recorder.add('http', {
    outcome: 'skipped',
    explained: `${way.endpoint} is not asked: Microsoft Graph has no question that sends nothing. Validate the connector to send a test message as ${way.mailbox}.`,
  });
}

function summed(title: string, recorder: Recorder): Conversation {
  const { steps } = recorder;
  const failed = steps.find(({ outcome }) => outcome === 'fail');
  const warned = steps.filter(({ outcome }) => outcome === 'warn');
  const outcome = failed ? 'fail' : warned.length > 0 ? 'warn' : 'ok';
  const sent = steps.some(({ step, outcome: one }) => step === 'content' && one === 'ok');
  const done = sent ? 'the test message was taken' : 'all steps worked and nothing was sent';
  const summary = failed
    ? `${failed.title} failed: ${failed.explained}`
    : warned.length > 0
      ? `${done}; ${warned.map(({ title: name, explained }) => `${name}: ${explained}`).join('; ')}`
      : done;
  return { title, outcome, summary, ...(failed && { failedAt: failed.step }), ms: recorder.ms, steps };
}

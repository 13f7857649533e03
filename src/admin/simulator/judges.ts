/** What the simulator judges with: the parts of this relay that a live session asks. */
import { HeaderChanges } from '../../accept/header-changes.ts';
import { rewriteEnvelope } from '../../accept/rewrites.ts';
import type { ListenerConfig } from '../../config/node-schema.ts';
import type { Judges, Rewritten } from '../../diagnostics/simulation.ts';
import type { EnvelopeRecipient } from '../../message/envelope.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Policy, QuotaOutlook, Source } from '../../policy/policy.ts';
import { HeaderSection } from '../../protocol/mail/header-section.ts';
import type { ReversePath } from '../../protocol/address.ts';
import type { AdminContext } from '../context.ts';
import { Problem } from '../problem.ts';
import { contentJudge } from './content-judge.ts';

/** `listener`: absent, the first. Throws a Problem where there is none of that name. */
export function judgesOf(context: AdminContext, policy: Policy, listener?: string): Judges {
  const { name, tls, limits, spf } = listenerOf(context, listener);
  return {
    policy,
    listener: { name, tls, messageBytes: limits.messageBytes, recipients: limits.recipients, spf },
    cutOver: context.cutOver.current,
    admission: (address) => context.wouldAdmit(name, address),
    connection: (source) => context.rates.wouldOpen(source.name, source.config.limits.connections),
    rate: (source) => context.rates.wouldAdmit(source),
    room: (bytes) => context.room(bytes),
    outlook: quotaOutlook(context),
    content: contentJudge({
      listener: { name, ...limits },
      clock: context.clock,
      hostname: context.hostname,
      inlineBytesMax: context.queue.store.inlineBytesMax,
    }),
    rewrite: (source, envelope) => rewritten(source, envelope, context.clock),
  };
}

export function listenerOf(context: AdminContext, listener: string | undefined): ListenerConfig {
  const { listeners } = context.node;
  const found = listener === undefined ? listeners[0] : listeners.find(({ name }) => name === listener);
  if (found) return found;
  throw new Problem(
    404,
    'Not found',
    `there is no listener ${listener ?? ''}; there are ${listeners.map(({ name }) => name).join(', ')}`,
  );
}

/** What the ledgers of the connectors leave for one more message of usual priority; counts nothing. */
function quotaOutlook({ delivery, clock }: AdminContext): (connector: string) => QuotaOutlook {
  const now = clock.now();
  let full: ReadonlyMap<string, QuotaOutlook> | undefined;
  return (connector) => {
    full ??= new Map(
      delivery.status().connectors.flatMap(({ name, quotas }) => {
        const [longest] = quotas
          .filter(({ free, freeAt }) => free < 1 && freeAt !== undefined)
          .toSorted((a, b) => (b.freeAt ?? 0) - (a.freeAt ?? 0));
        if (longest?.freeAt === undefined) return [];
        const { freeAt, quota } = longest;
        return [[name, { kind: 'wait', waitMs: Math.max(0, freeAt - now), quota }] as const];
      }),
    );
    return full.get(connector) ?? { kind: 'room' };
  };
}

function rewritten(
  source: Source,
  envelope: { readonly reversePath: ReversePath; readonly recipients: readonly EnvelopeRecipient[] },
  clock: Clock,
): Rewritten {
  const changes = new HeaderChanges(new HeaderSection(Buffer.alloc(0), '', []), clock.now());
  const whole = { ...envelope, body: '8bitmime', smtpUtf8: false, requireTls: false } as const;
  const { reversePath, recipients } = rewriteEnvelope(source, whole, changes);
  const { rewrite } = source.config;
  const from =
    rewrite?.from === undefined
      ? []
      : [{ by: 'rewrite.from', text: `the header From becomes ${rewrite.from}` }];
  return {
    reversePath,
    recipients: recipients.map(({ address }) => address),
    changes: [...changes.trace.map(({ by = 'rewrite', text }) => ({ by, text })), ...from],
  };
}

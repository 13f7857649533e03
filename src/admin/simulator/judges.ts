/** What the simulator judges with: the parts of this relay that a live session asks. */
import { HeaderChanges } from '../../accept/header-changes.ts';
import { rewriteEnvelope } from '../../accept/rewrites.ts';
import type { Judges, Rewritten } from '../../diagnostics/simulation.ts';
import type { EnvelopeRecipient } from '../../message/envelope.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Policy, Source } from '../../policy/policy.ts';
import { HeaderSection } from '../../protocol/mail/header-section.ts';
import type { ReversePath } from '../../protocol/address.ts';
import type { AdminContext } from '../context.ts';
import { Problem } from '../problem.ts';

/** `listener`: absent, the first. Throws a Problem where there is none of that name. */
export function judgesOf(context: AdminContext, policy: Policy, listener?: string): Judges {
  const { listeners } = context.node;
  const found = listener === undefined ? listeners[0] : listeners.find(({ name }) => name === listener);
  if (!found) {
    throw new Problem(
      404,
      'Not found',
      `there is no listener ${listener ?? ''}; there are ${listeners.map(({ name }) => name).join(', ')}`,
    );
  }
  const { name, tls, limits } = found;
  return {
    policy,
    listener: { name, tls, messageBytes: limits.messageBytes, recipients: limits.recipients },
    cutOver: context.cutOver.current,
    rate: (source) => context.rates.wouldAdmit(source),
    room: (bytes) => context.room(bytes),
    rewrite: (source, envelope) => rewritten(source, envelope, context.clock),
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

/** Findings of the review of the log, and what people decide about them. */
import type { ReviewFinding, ReviewQuery, ReviewView } from '../../../contract/schemas/review.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { Finding } from '../../review/finding.ts';
import type { ReviewKeeper } from '../../review/keeper.ts';
import type { Caller } from '../caller.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { present } from '../present.ts';
import { Problem } from '../problem.ts';

export type ReviewControl = Pick<ReviewKeeper, 'all' | 'get' | 'decide' | 'reviewedAt'>;

type ReviewRoutes = 'review' | 'reviewFinding' | 'acceptFinding' | 'dismissFinding' | 'reopenFinding';

export function reviewHandlers(context: AdminContext): Pick<Handlers, ReviewRoutes> {
  const keeper = (): ReviewControl => context.keeping.review;
  const decide = async (
    state: Finding['state'],
    {
      params,
      body,
    }: { readonly params: { readonly id: string }; readonly body: { readonly note?: string | undefined } },
    caller: Caller,
  ): Promise<ReviewFinding> => {
    const before = keeper().get(params.id);
    const after = await keeper().decide(params.id, {
      state,
      by: caller.name,
      ...present({ note: body.note }),
    });
    if (before === undefined || after === undefined)
      throw new Problem(404, 'Not found', `there is no finding ${params.id}`);
    caller.note({
      object: `${after.kind} ${after.subject}`,
      before: { state: before.state },
      after: { state: after.state, ...present({ note: body.note }) },
    });
    return viewOf(after);
  };
  return {
    review: ({ query }) => pageOf(keeper(), query),
    reviewFinding({ params }) {
      const finding = keeper().get(params.id);
      if (finding === undefined) throw new Problem(404, 'Not found', `there is no finding ${params.id}`);
      return viewOf(finding);
    },
    acceptFinding: (given, caller) => decide('accepted', given, caller),
    dismissFinding: (given, caller) => decide('dismissed', given, caller),
    reopenFinding: (given, caller) => decide('open', given, caller),
  };
}

function pageOf(keeper: ReviewControl, query: ReviewQuery): ReviewView {
  const all = keeper.all();
  const fitting = all.filter((finding) => fits(finding, query));
  const { limit, cursor } = query;
  const begin = cursor === undefined ? 0 : fitting.findIndex(({ id }) => id === cursor) + 1;
  if (cursor !== undefined && begin === 0)
    throw new Problem(400, 'Bad request', 'the cursor is of a finding that is no longer there; begin anew');
  const items = fitting.slice(begin, begin + limit);
  const last = items.at(-1);
  const { reviewedAt } = keeper;
  return {
    items: items.map(viewOf),
    counts: {
      open: countIn(all, 'open'),
      accepted: countIn(all, 'accepted'),
      dismissed: countIn(all, 'dismissed'),
    },
    ...present({
      cursor: begin + limit < fitting.length ? last?.id : undefined,
      reviewedAt: reviewedAt && formatInstant(reviewedAt),
    }),
  };
}

function fits(finding: Finding, { state, kind, source, text }: ReviewQuery): boolean {
  const wanted = text?.toLowerCase();
  const words = [finding.subject, finding.title, finding.text];
  return (
    (state === 'all' || finding.state === state) &&
    (kind === undefined || finding.kind === kind) &&
    (source === undefined || finding.source === source) &&
    (wanted === undefined || words.some((word) => word.toLowerCase().includes(wanted)))
  );
}

function countIn(all: readonly Finding[], state: Finding['state']): number {
  return all.filter((finding) => finding.state === state).length;
}

function viewOf(finding: Finding): ReviewFinding {
  const { id, kind, subject, source, address, user, title, text, severity, state, decided } = finding;
  const { evidence, references, firstAt, lastAt, proposal } = finding;
  return {
    id,
    kind,
    subject,
    title,
    text,
    severity,
    evidence: evidence.map((one) => ({ ...one })),
    references: [...references],
    firstAt: formatInstant(firstAt),
    ...(finding.isOfDay ? { firstDay: formatInstant(firstAt).slice(0, 10) } : {}),
    lastAt: formatInstant(lastAt),
    proposal: { ...proposal },
    state,
    ...present({
      source,
      address,
      user,
      decided: decided && { ...decided, at: formatInstant(decided.at) },
    }),
  };
}

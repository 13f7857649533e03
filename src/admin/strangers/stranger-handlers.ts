/** Unknown senders: let in, blocked, ignored. */
import { stringify } from 'yaml';
import type { StrangerDecision } from '../../../contract/schemas.ts';
import type { PolicyEditor } from '../policy-control.ts';
import { formatAddress, parseAddress, parseRange, rangeContains } from '../../config/network-range.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { changed, previewed } from '../policy/edited.ts';
import type { Entry } from '../policy/entries.ts';
import { putEntry, removeEntry } from '../policy/entries.ts';
import { Problem } from '../problem.ts';
import { sourceDetail } from '../sources/source-handlers.ts';
import { decisionAbout } from './decision.ts';
import { triedKey } from './decision-book.ts';
import { effectOf } from './effect.ts';
import { proposeSource } from './proposal.ts';
import { trialsOf } from './trials.ts';

/** In place of a person: the review of the log decided. */
const reviewName = 'relay365 (review of the log)';

type StrangerRoutes =
  | 'strangerProposal'
  | 'allowStranger'
  | 'blockStranger'
  | 'ignoreStranger'
  | 'forgetDecision'
  | 'strangerDecisions';

export function strangerHandlers(context: AdminContext): Pick<Handlers, StrangerRoutes> {
  const { editing } = context.policies;
  return {
    async strangerProposal({ params, body }) {
      const address = normal(params.address);
      const trials = trialsOf(context.traffic.strangers, address);
      const proposed = proposeSource({
        address,
        trials,
        names: new Set([...context.policy.current.sources.keys()].map((name) => name.toLowerCase())),
        now: context.clock.now(),
        listeners: context.node.listeners.map(({ name }) => name),
        ...(body.until !== undefined && { until: body.until }),
      });
      const document = body.document ?? proposed.document;
      const preview = previewed(await editing.preview(putEntry('sources', undefined, () => document)));
      const effect = effectOf(context, preview.policy, address, trials);
      return {
        document,
        reasons: body.document ? [] : [...proposed.reasons],
        effect,
        passing: effect.filter(({ passes }) => passes).length,
        findings: preview.findings.filter(
          ({ severity, path }) => severity === 'error' || isNew(path, context),
        ),
        valid: preview.valid,
        diff: [...preview.diff],
        managed: context.policies.managed,
        yaml: stringify([document]),
      };
    },
    async allowStranger({ params, body }, caller) {
      const { document, until } = body;
      if (context.policy.current.sources.has(document.name)) {
        throw new Problem(
          409,
          'Not possible now',
          `there is a source ${document.name} already: choose another name`,
        );
      }
      const entry: Entry = until === undefined ? document : { ...document, expires: until };
      changed(
        await editing.edit(
          putEntry('sources', undefined, () => entry),
          caller.name,
        ),
      );
      await context.decisions.forget(keyOf(context, normal(params.address)));
      context.traffic.strangers.forget(normal(params.address));
      return sourceDetail(context, document.name);
    },
    async blockStranger({ params, body }, caller) {
      const address = normal(params.address);
      const { range = address, note, until } = body;
      checkHolds(range, address);
      const entry =
        note === undefined && until === undefined
          ? range
          : { range, ...(note !== undefined && { note }), ...(until !== undefined && { expires: until }) };
      changed(await editing.edit(putBlock(entry), caller.name));
      return decisionOf(context, address);
    },
    async ignoreStranger({ params, body }, caller) {
      const address = normal(params.address);
      const trials = trialsOf(context.traffic.strangers, address);
      const tried = trials.map(({ sender, recipient }) => triedKey(sender, recipient));
      await context.decisions.ignore(keyOf(context, address), {
        by: caller.name,
        tried,
        ...(body.note !== undefined && { note: body.note }),
      });
      return decisionOf(context, address);
    },
    async forgetDecision({ params }, caller) {
      const address = normal(params.address);
      const wasIgnored = await context.decisions.forget(keyOf(context, address));
      const block = context.policy.current.blocked.find(address, context.clock.now());
      if (!block && !wasIgnored) throw new Problem(404, 'Not found', `nothing was decided about ${address}`);
      if (block?.by === 'review') await context.keeping.blocks.lift(address, caller.name);
      else if (block) changed(await editing.edit(removeEntry('blocked', block.written), caller.name));
      return decisionOf(context, address);
    },
    strangerDecisions() {
      const ignored = context.decisions.entries().map(([address]) => decisionOf(context, address));
      const blocked = context.policy.current.blocked.rules.map(({ range, note, by }): StrangerDecision => ({
        address: range,
        decision: 'blocked',
        ...(by !== undefined && { by: reviewName }),
        ...(note !== undefined && { note }),
      }));
      return { items: [...blocked, ...ignored.filter(({ decision }) => decision === 'ignored')] };
    },
  };
}

/** Of IPv6 a decision is about the /64, as the list is: hosts change their addresses within it. */
function keyOf(context: AdminContext, address: string): string {
  return context.traffic.strangers.get(address)?.key ?? address;
}

/** Blocked goes before ignored. */
export function decisionOf(context: AdminContext, address: string): StrangerDecision {
  const block = context.policy.current.blocked.find(address, context.clock.now());
  if (block) {
    return {
      address,
      decision: 'blocked',
      ...(block.by !== undefined && { by: reviewName }),
      ...(block.note !== undefined && { note: block.note }),
    };
  }
  const group = context.traffic.strangers.get(address);
  const ignored = context.decisions.ignored(group?.key ?? address);
  // Something new shows it again.
  if (!ignored || (group && decisionAbout(context, group) === 'none')) return { address, decision: 'none' };
  const { at, by, note } = ignored;
  return {
    address,
    decision: 'ignored',
    at: formatInstant(at),
    by,
    ...(note !== undefined && { note }),
  };
}

function putBlock(entry: string | Entry): PolicyEditor {
  return (text, tools) => tools.edit(text, [{ kind: 'put', list: 'blocked', entry }]);
}

/** As the store has it: an IPv4-mapped IPv6 address is the IPv4 address. */
function normal(text: string): string {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Problem(400, 'The request does not fit the schema', parsed.reason);
  return formatAddress(parsed.value);
}

function checkHolds(range: string, address: string): void {
  const [outer, inner] = [parseRange(range), parseAddress(address)];
  const reason = outer.ok
    ? inner.ok && rangeContains(outer.value, inner.value)
      ? undefined
      : `${range} does not hold ${address}`
    : outer.reason;
  if (reason === undefined) return;
  throw new Problem(400, 'The request does not fit the schema', undefined, [
    { severity: 'error', path: 'range', message: reason, expected: `a range that holds ${address}` },
  ]);
}

/** The new source stands at the end. */
function isNew(path: string, context: AdminContext): boolean {
  const { sources } = context.policies.document as { readonly sources?: readonly unknown[] };
  return path.startsWith(`sources[${sources?.length ?? 0}]`);
}

/** Sources: looked at, and changed as entries of the policy. */
import type { SourceDetail } from '../../../contract/schemas.ts';
import type { Instant } from '../../platform/clock.ts';
import { formatInstant, plus } from '../../platform/clock.ts';
import { hashPassword } from '../../policy/password.ts';
import type { Source } from '../../policy/policy.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { changed } from '../policy/edited.ts';
import type { Entry } from '../policy/entries.ts';
import { putEntry, removeEntry } from '../policy/entries.ts';
import { Problem } from '../problem.ts';
import { csvHandlers } from './csv-handlers.ts';
import { setUpCard } from './card.ts';
import { checkSource } from './check.ts';
import { mergeInto } from './merge.ts';
import { newPassword } from './new-password.ts';
import { seenOf } from './seen.ts';
import { fits, sourceView } from './source-view.ts';

const yearMs = 365 * 86_400_000;

type SourceRoutes =
  | 'sources'
  | 'source'
  | 'addSource'
  | 'checkSource'
  | 'putSource'
  | 'removeSource'
  | 'reviewSource'
  | 'sourcePassword'
  | 'sourceCard'
  | 'mergeSources'
  | 'exportSources'
  | 'importSources';

export function sourceHandlers(context: AdminContext): Pick<Handlers, SourceRoutes> {
  const { editing } = context.policies;
  const known = (name: string): Source => knownSource(context, name);
  return {
    ...csvHandlers(context),
    sources({ query }) {
      const policy = context.policy.current;
      const now = context.clock.now();
      const views = Array.from(policy.sources.values(), (source) =>
        sourceView(source, policy, seenOf(context.traffic.sightings, source.name, now), now),
      );
      return {
        items: views.filter((view) => fits(view, query, now)),
        revision: policy.revision,
        total: views.length,
      };
    },
    source: ({ params }) => sourceDetail(context, params.name),
    async addSource({ body }, caller) {
      const { name } = body.document;
      if (context.policy.current.sources.has(name)) {
        throw new Problem(409, 'Not possible now', `there is a source ${name} already: choose another name`);
      }
      const entry = await withPassword(body.document, body.password);
      changed(
        await editing.edit(
          putEntry('sources', undefined, () => entry),
          caller.name,
        ),
      );
      return sourceDetail(context, name);
    },
    checkSource({ body }) {
      if (body.replaces !== undefined) known(body.replaces);
      return checkSource(context, body);
    },
    async putSource({ params, body }, caller) {
      known(params.name);
      const entry = await withPassword(body.document, body.password);
      changed(
        await editing.edit(
          putEntry('sources', params.name, () => entry),
          caller.name,
        ),
      );
      return sourceDetail(context, body.document.name);
    },
    async removeSource({ params }, caller) {
      known(params.name);
      const { revision, diff, findings } = changed(
        await editing.edit(removeEntry('sources', params.name), caller.name),
      );
      return { revision, diff: [...diff], findings };
    },
    async reviewSource({ params, body }, caller) {
      known(params.name);
      const now = context.clock.now();
      const today = formatInstant(now).slice(0, 10);
      const next = body.next ?? inOneYear(now);
      const review = (before: Entry | undefined): Entry => ({
        ...before,
        reviewed: today,
        review: next,
        ...(body.firmware && {
          firmware: { ...(before?.['firmware'] as object | undefined), checked: today, ...body.firmware },
        }),
      });
      changed(await editing.edit(putEntry('sources', params.name, review), caller.name));
      return sourceDetail(context, params.name);
    },
    async sourcePassword({ params, body }, caller) {
      const { config, name } = known(params.name);
      const username = config.login?.username ?? name;
      const password = newPassword();
      const hash = await hashPassword(password);
      // Where a date says that another password is due, this is that password.
      const due = body.due ?? (config.login?.due && inOneYear(context.clock.now()));
      const edit = putEntry('sources', name, (before) => ({
        ...before,
        login: {
          ...(before?.['login'] as object | undefined),
          username,
          password: hash,
          ...(due && { due }),
        },
      }));
      const { revision } = changed(await editing.edit(edit, caller.name));
      return { revision, username, password, ...(due && { due }) };
    },
    sourceCard: ({ params }) => setUpCard(known(params.name), context),
    async mergeSources({ params, body }, caller) {
      const others = body.sources.filter((name) => name !== params.name);
      for (const name of [params.name, ...others]) known(name);
      changed(await editing.edit(mergeInto(params.name, others), caller.name));
      return sourceDetail(context, params.name);
    },
  };
}

/** A date, in UTC. */
function inOneYear(now: Instant): string {
  return formatInstant(plus(now, yearMs)).slice(0, 10);
}

export function knownSource(context: AdminContext, name: string): Source {
  const source = context.policy.current.sources.get(name);
  if (!source) throw new Problem(404, 'Not found', `the policy has no source ${name}`);
  return source;
}

export async function sourceDetail(context: AdminContext, name: string): Promise<SourceDetail> {
  const policy = context.policy.current;
  const now = context.clock.now();
  const source = knownSource(context, name);
  const found = await context.policies.editing.entry('sources', name);
  if (!found) throw new Problem(404, 'Not found', `the policy has no source ${name}`);
  return {
    version: String(policy.revision),
    revision: policy.revision,
    source: sourceView(source, policy, seenOf(context.traffic.sightings, name, now), now),
    document: { ...found.entry, name },
    path: found.path,
    findings: found.findings,
  };
}

/** The hash of the password in place of it; nobody else ever sees it. */
async function withPassword(document: Entry, password: string | undefined): Promise<Entry> {
  if (password === undefined) return document;
  const login = document['login'];
  if (typeof login !== 'object' || login === null) {
    throw new Problem(
      400,
      'The request does not fit the schema',
      'a password is for a login: give login.username',
    );
  }
  return { ...document, login: { ...login, password: await hashPassword(password) } };
}

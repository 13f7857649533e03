/** One source judged as it would stand in the policy; nothing is changed. */
import { stringify } from 'yaml';
import type { SourceCheck } from '../../../contract/schemas.ts';
import { hashPassword } from '../../policy/password.ts';
import type { AdminContext } from '../context.ts';
import { previewed } from '../policy/edited.ts';
import type { Entry } from '../policy/entries.ts';
import { putEntry } from '../policy/entries.ts';
import { newPassword } from './new-password.ts';

export interface Drafted {
  readonly document: Entry & { readonly name: string };
  readonly replaces?: string | undefined;
  /** A password will come with it. */
  readonly newPassword: boolean;
}

export async function checkSource(
  { policies }: AdminContext,
  { document, replaces, newPassword: hasNew }: Drafted,
): Promise<SourceCheck> {
  const { editing } = policies;
  const entry = hasNew ? await withSomePassword(document) : document;
  const result = previewed(await editing.preview(putEntry('sources', replaces, () => entry)));
  const { sources = [] } = policies.document as { readonly sources?: readonly { readonly name?: string }[] };
  const index = replaces === undefined ? sources.length : sources.findIndex(({ name }) => name === replaces);
  const path = `sources[${index}]`;
  const own = result.findings
    .map((finding) => ({ ...finding, path: finding.path.replace(/^policy\./, '') }))
    .filter((finding) => finding.severity === 'error' || isWithin(finding.path, path));
  return {
    valid: result.valid,
    path,
    findings: own,
    diff: [...result.diff],
    managed: policies.managed,
    yaml: stringify([document]),
  };
}

function isWithin(path: string, entry: string): boolean {
  return path === entry || path.startsWith(`${entry}.`) || path.startsWith(`${entry}[`);
}

let someHash: Promise<string> | undefined;

/** A login needs the hash of some password to be judged; which one says nothing about it, and hashing is slow on purpose. */
async function withSomePassword(document: Entry): Promise<Entry> {
  const { login } = document;
  if (typeof login !== 'object' || login === null) return document;
  return { ...document, login: { ...login, password: await (someHash ??= hashPassword(newPassword())) } };
}

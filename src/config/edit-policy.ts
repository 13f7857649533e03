/**
 * Changes one entry of a policy's text and leaves everything else as it was written, comments included. Pure.
 *
 * The text is one that was read without faults. An entry that repeats others by aliases, or is repeated by them, is not
 * changed here: what else would change with it is not to be guessed at.
 */
import { isDeepStrictEqual } from 'node:util';
import { isCollection, isMap, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Document, Node, YAMLMap, YAMLSeq } from 'yaml';
import { withOldLines } from './old-lines.ts';

export type EntryList = 'sources' | 'connectors' | 'blocked';
type Entry = Readonly<Record<string, unknown>>;

export type PolicyEdit =
  /** `name` absent: a new entry at the end of the list. */
  | { readonly kind: 'put'; readonly list: EntryList; readonly name?: string; readonly entry: Entry | string }
  | { readonly kind: 'remove'; readonly list: EntryList; readonly name: string };

export type EditedText =
  | { readonly kind: 'edited'; readonly text: string }
  /** There is no entry of that name. */
  | { readonly kind: 'missing'; readonly name: string }
  /** In words: why this text is not changed by machine. */
  | { readonly kind: 'not-editable'; readonly reason: string };

/** Characters of a line before a long text is folded; `0`: never, so that an edit does not fold what others wrote. */
const lineWidth = 0;

export function editPolicyText(text: string, edits: readonly PolicyEdit[]): EditedText {
  const document = read(text);
  const before = plain(document);
  const asRendered = document.toString({ lineWidth });
  if (!isMap(document.contents)) document.contents = document.createNode({}) as never;
  unfoldEmpty(document.contents);
  const keys = new Map<EntryList, Keys>();
  for (const edit of edits) {
    const name = apply(document, edit, keys);
    if (name !== undefined) return { kind: 'missing', name };
  }
  try {
    const edited = document.toString({ lineWidth });
    const wanted = expected(before, edits);
    // Rendering gives lines that no edit touched another form too (blanks inside brackets); the form they had is put back.
    const written = withOldLines({ text, asRendered, edited });
    for (const candidate of [written, edited]) {
      if (isDeepStrictEqual(wanted, plain(read(candidate)))) return { kind: 'edited', text: candidate };
    }
    return notEditable;
  } catch (error) {
    // An anchor went while its aliases stay.
    if (error instanceof Error && /alias/i.test(error.message)) return notEditable;
    throw error;
  }
}

const notEditable: EditedText = {
  kind: 'not-editable',
  reason:
    'the policy repeats parts of itself by anchors and aliases, and this change would reach more than the one entry: change its text as a whole',
};

/** The entry as it stands in the text, without defaults. */
export function entryOf(
  text: string,
  list: EntryList,
  name: string,
): { readonly entry: Entry; readonly index: number } | undefined {
  const entries = entriesOf(plain(read(text)), list);
  const index = entries.findIndex((entry) => keyOf(list, entry) === name);
  const entry = entries[index];
  return typeof entry === 'object' && entry !== null ? { entry: entry as Entry, index } : undefined;
}

/** All entries of a list by their names, for whoever asks for many. */
export function entriesByName(text: string, list: EntryList): ReadonlyMap<string, Entry> {
  const entries = entriesOf(plain(read(text)), list);
  return new Map(
    entries.flatMap((entry) => {
      const key = keyOf(list, entry);
      return key === undefined || typeof entry !== 'object' ? [] : [[key, entry as Entry] as const];
    }),
  );
}

/** What an entry of a list is found by: its name; blocked ones by their range. */
export function keyOf(list: EntryList, entry: unknown): string | undefined {
  if (typeof entry === 'string') return list === 'blocked' ? entry : undefined;
  const key = (entry as Record<string, unknown> | null)?.[list === 'blocked' ? 'range' : 'name'];
  return typeof key === 'string' ? key : undefined;
}

/** The value that the edits should lead to, computed without the text. */
function expected(before: Record<string, unknown>, edits: readonly PolicyEdit[]): Record<string, unknown> {
  const after = { ...before };
  const lists = new Map<EntryList, { readonly entries: unknown[]; readonly keys: Keys }>();
  for (const edit of edits) {
    let list = lists.get(edit.list);
    if (!list) {
      const entries = [...entriesOf(after, edit.list)];
      list = { entries, keys: entries.map((one) => keyOf(edit.list, one)) };
      lists.set(edit.list, list);
      after[edit.list] = entries;
    }
    applyTo(list.entries, list.keys, edit, cleaned);
  }
  return after;
}

/** Keys of the entries of a list, in its order: read once, because an edit may name thousands. */
type Keys = (string | undefined)[];

function apply(document: Document, edit: PolicyEdit, known: Map<EntryList, Keys>): string | undefined {
  const list = listNode(document, edit.list);
  const keys = known.get(edit.list) ?? list.items.map((item) => keyOf(edit.list, toJs(document, item)));
  known.set(edit.list, keys);
  if (edit.name !== undefined && !keys.includes(edit.name)) return edit.name;
  applyTo(list.items, keys, edit, (entry, old) => {
    const value = cleaned(entry);
    return old === undefined ? document.createNode(value) : merged(document, old, value);
  });
  return undefined;
}

function applyTo(
  items: unknown[],
  keys: Keys,
  edit: PolicyEdit,
  made: (entry: Entry | string, old: unknown) => unknown,
): void {
  const index = edit.name === undefined ? -1 : keys.indexOf(edit.name);
  if (edit.kind === 'remove') {
    items.splice(index, 1);
    keys.splice(index, 1);
    return;
  }
  const at = index < 0 ? items.length : index;
  items[at] = made(edit.entry, items[at]);
  keys[at] = keyOf(edit.list, edit.entry);
}

function listNode(document: Document, name: EntryList): YAMLSeq {
  const root = document.contents as unknown as YAMLMap;
  const found: unknown = root.get(name, true);
  if (isSeq(found)) {
    // An empty list is written `[]`; entries of it get lines of their own.
    if (found.items.length === 0) found.flow = false;
    return found;
  }
  const made = document.createNode([]) as YAMLSeq;
  root.set(name, made);
  return made;
}

/** `{}` and `[]` are written in one line; what is put into them is not. */
function unfoldEmpty(root: YAMLMap): void {
  if (root.items.length === 0) root.flow = false;
  // A policy that was given as JSON: from its first edit on it has lines, so that differences can be read.
  if (root.flow !== true) return;
  visit(root, {
    Collection(_key, node) {
      if (isCollection(node)) node.flow = false;
    },
    Scalar(_key, node) {
      if (node.type === 'QUOTE_DOUBLE') delete node.type;
    },
  });
}

/** The node with the value given; parts that have it already keep their comments and their form. */
function merged(document: Document, node: unknown, value: unknown): unknown {
  if (node !== undefined && isDeepStrictEqual(toJs(document, node), value)) return node;
  if (isMap(node) && isPlainObject(value)) return mergedMap(document, node, value);
  if (isSeq(node) && Array.isArray(value)) return mergedSeq(document, node, value);
  if (
    isScalar(node) &&
    (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
  ) {
    if (typeof node.value === typeof value) {
      node.value = value;
      return node;
    }
  }
  return document.createNode(value);
}

function mergedMap(document: Document, node: YAMLMap, value: Record<string, unknown>): YAMLMap {
  const kept = node.items.filter(({ key }) => Object.hasOwn(value, textOf(key)));
  node.items.splice(0, node.items.length, ...kept);
  for (const [key, inner] of Object.entries(value)) {
    const pair = node.items.find((item) => textOf(item.key) === key);
    if (pair) pair.value = merged(document, pair.value, inner);
    else node.set(key, document.createNode(inner));
  }
  return node;
}

function mergedSeq(document: Document, node: YAMLSeq, value: readonly unknown[]): YAMLSeq {
  const old: unknown[] = [...node.items];
  const places = placesOf(old.map((item) => toJs(document, item)));
  const items = value.map((inner, index) => {
    const same = firstLeft(places.get(canonical(inner)), old);
    const place = same ?? (old.length === value.length ? index : -1);
    const here = old[place];
    if (here === undefined) return document.createNode(inner);
    old[place] = undefined;
    return same === undefined ? merged(document, here, inner) : here;
  });
  node.items.splice(0, node.items.length, ...items);
  return node;
}

/** Where each value stands; a list may have thousands, so none is held against all others. */
function placesOf(values: readonly unknown[]): ReadonlyMap<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [index, value] of values.entries()) {
    const key = canonical(value);
    const here = places.get(key);
    if (here) here.push(index);
    else places.set(key, [index]);
  }
  return places;
}

/** Takes from the places of a value those that are used up. */
function firstLeft(places: number[] | undefined, old: readonly unknown[]): number | undefined {
  for (let place = places?.shift(); place !== undefined; place = places?.shift()) {
    if (old[place] !== undefined) return place;
  }
  return undefined;
}

/** The same for two values exactly where they are the same, whatever the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isPlainObject(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function read(text: string): Document {
  return parseDocument(text, { version: '1.2', schema: 'core', merge: false, logLevel: 'silent' });
}

function plain(document: Document): Record<string, unknown> {
  const value: unknown = document.toJS({ maxAliasCount: -1 });
  return isPlainObject(value) ? value : {};
}

function entriesOf(value: Record<string, unknown>, list: EntryList): readonly unknown[] {
  const found = value[list];
  return Array.isArray(found) ? found : [];
}

function toJs(document: Document, node: unknown): unknown {
  return (node as Node | null)?.toJS?.(document, { maxAliasCount: -1 });
}

function textOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/** Without what is `undefined`, which YAML would write as null. */
function cleaned<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

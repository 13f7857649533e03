/** Which column of a table of sources is which key of the policy. */
import type { Entry } from '../policy/entries.ts';

interface Column {
  readonly title: string;
  /** Keys of the entry, from outside in. */
  readonly path: readonly string[];
  readonly kind: 'text' | 'list' | 'networks' | 'yes-no';
}

const text = (title: string, ...path: string[]): Column => ({ title, path, kind: 'text' });
const list = (title: string, path: string): Column => ({ title, path: [path], kind: 'list' });

/** Passwords, certificates (their dates have one), limits and rewrites have no column: they stay as they are. */
export const columns: readonly Column[] = [
  text('name', 'name'),
  text('description', 'description'),
  text('owner', 'owner'),
  text('purpose', 'purpose'),
  text('contact', 'contact'),
  text('location', 'location'),
  text('model', 'model'),
  text('firmware', 'firmware', 'version'),
  text('firmware checked', 'firmware', 'checked'),
  text('firmware due', 'firmware', 'due'),
  text('review', 'review'),
  text('reviewed', 'reviewed'),
  list('tags', 'tags'),
  { title: 'networks', path: ['networks'], kind: 'networks' },
  list('senders', 'senders'),
  list('recipients', 'recipients'),
  list('listeners', 'listeners'),
  { title: 'TLS required', path: ['requireTls'], kind: 'yes-no' },
  { title: 'null sender', path: ['nullSender'], kind: 'yes-no' },
  text('expires', 'expires'),
  text('password due', 'login', 'due'),
  text('certificate expires', 'certificate', 'expires'),
];

export function columnOf(title: string): Column | undefined {
  const wanted = title.trim().toLowerCase();
  return columns.find((column) => column.title.toLowerCase() === wanted);
}

/** The column whose key a path within an entry is about, such as `networks[0].range`. */
export function columnAt(path: string): string {
  const keys = path.split(/[.[]/);
  const exact = columns.find((column) => column.path.every((key, index) => keys[index] === key));
  return (exact ?? columns.find((column) => column.path[0] === keys[0]))?.title ?? keys[0] ?? '';
}

/** A cell of the table. */
export function cellOf(entry: Entry, column: Column): string {
  const value = column.path.reduce<unknown>((inner, key) => (inner as Entry | undefined)?.[key], entry);
  if (column.kind === 'yes-no') return value === true ? 'yes' : 'no';
  if (!Array.isArray(value)) return textOf(value);
  return value.map((one: unknown) => (typeof one === 'string' ? one : rangeOf(one))).join('; ');
}

/** The value that a cell stands for; `undefined`: the key is to be left out. Throws a RangeError with what would be right. */
export function valueOf(cell: string, column: Column, before: unknown): unknown {
  if (cell === '') return undefined;
  switch (column.kind) {
    case 'text':
      return cell;
    case 'list':
      return parts(cell);
    case 'networks':
      // An entry with an end, a note or an owner keeps them while its range is the same.
      return parts(cell).map((range) => asList(before).find((one) => rangeOf(one) === range) ?? range);
    case 'yes-no':
      if (/^(?:yes|true|1)$/i.test(cell)) return true;
      if (/^(?:no|false|0)$/i.test(cell)) return undefined;
      throw new RangeError('yes or no');
    default:
      return column.kind satisfies never;
  }
}

/** A copy of the entry in which the key of the column has the value. */
export function withValue(entry: Entry, [key = '', ...rest]: readonly string[], value: unknown): Entry {
  const inner = rest.length === 0 ? value : emptyToNothing(withValue(asEntry(entry[key]), rest, value));
  const { [key]: _, ...others } = entry;
  // In its old place, so that the text changes as little as it can.
  return inner === undefined ? others : { ...entry, [key]: inner };
}

function parts(cell: string): string[] {
  return cell
    .split(/[;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function emptyToNothing(entry: Entry): Entry | undefined {
  return Object.keys(entry).length === 0 ? undefined : entry;
}

function asEntry(value: unknown): Entry {
  return typeof value === 'object' && value !== null ? (value as Entry) : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function rangeOf(value: unknown): string {
  return textOf(typeof value === 'string' ? value : (value as { range?: unknown } | null)?.range);
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? `${value}`
    : '';
}

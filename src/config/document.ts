/**
 * Reads YAML 1.2 (core schema) and remembers where everything stands.
 *
 * The text is untrusted as far as its author may err: no tags, no second document, no duplicate keys, bounded size,
 * nesting and aliases. Keys become own properties of plain objects, `__proto__` included, so none reaches a
 * prototype; the schemas then refuse it as any other unknown key.
 */
import {
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import type { Document, Node, Pair, YAMLError } from 'yaml';
import type { DocumentFinding, DocumentPath, Finding } from './finding.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { formatPath } from './finding.ts';

/** Octets of a configuration or policy file. */
export const documentBytesMax = 10_000_000;
/** Uses of aliases. */
const aliasesMax = 100;
/** Characters that all aliases together may repeat. */
const aliasedCharactersMax = 1_000_000;
/** Syntax faults after the first few are mostly echoes of the first. */
const syntaxFaultsMax = 10;

/** From 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where the key or the value at a path stands; the nearest thing around it where it is not there. */
export type Locate = (path: DocumentPath, at?: 'key' | 'value') => Place;

export type YamlDocument =
  | { readonly kind: 'ok'; readonly value: unknown; readonly locate: Locate }
  | { readonly kind: 'faulty'; readonly findings: readonly Finding[] };

export function parseYaml(text: string, file: string): YamlDocument {
  const fail = (...findings: Finding[]): YamlDocument => ({ kind: 'faulty', findings });
  if (text.length > documentBytesMax) {
    return fail(
      syntaxFinding(file, { line: 1, column: 1 }, 'the file is larger than 10 MB', 'use a smaller file'),
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    stringKeys: true,
    resolveKnownTags: false,
    strict: true,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const faults = [
    ...[...document.errors, ...document.warnings].map((fault) => syntaxFault(fault, file, placeAt)),
    ...duplicateKeys(document, syntaxFaultsMax).map((offset) =>
      syntaxFinding(file, placeAt(offset), 'this key stands in the mapping twice', 'write each key once'),
    ),
  ];
  if (faults.length > 0) return fail(...firstOfEachPlace(faults));
  const aliasFaults = checkAliases(document, (node, message, expected) =>
    syntaxFinding(file, placeAt(node.range?.[0] ?? 0), message, expected),
  );
  if (aliasFaults.length > 0) return fail(...aliasFaults);
  return {
    kind: 'ok',
    // An empty document is an empty mapping: what is missing from it is said key by key.
    value: document.toJS({ maxAliasCount: -1 }) ?? {},
    locate: (path, at = 'value') => placeAt(offsetOf(document, path, at)),
  };
}

/** Gives findings about the document their file, line and column, and the order in which people read it. */
export function placeFindings(
  findings: readonly DocumentFinding[],
  file: string,
  locate: Locate,
): readonly Finding[] {
  const placed = findings.map(({ severity, path, message, expected, at, ends }) => ({
    severity,
    file,
    ...locate(path, at),
    path: formatPath(path),
    message,
    expected,
    ...(ends && { ends }),
  }));
  return placed.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function syntaxFinding(file: string, place: Place, message: string, expected: string): Finding {
  return { severity: 'error', file, ...place, path: '', message, expected };
}

function syntaxFault(fault: YAMLError, file: string, placeAt: (offset: number) => Place): Finding {
  const [message, expected] = syntaxSlips.get(fault.code) ?? [
    lowerFirst(fault.message),
    'write valid YAML 1.2',
  ];
  return syntaxFinding(file, placeAt(fault.pos[0]), message, expected);
}

/** What the common slips are, in words; the parser's own words say the rest. */
const syntaxSlips = new Map<string, readonly [message: string, expected: string]>([
  ['TAB_AS_INDENT', ['a tab begins the line', 'use blanks, which YAML asks for as indentation']],
  ['MULTIPLE_DOCS', ['a second document begins here', 'keep one document in a file']],
  ['NON_STRING_KEY', ['this key is not plain text', 'write a key of letters']],
  ['TAG_RESOLVE_FAILED', ['a tag stands here, and none is known', 'write values without tags']],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    ['": " stands in the line twice', 'put quotes around a text that holds ": ", or begin a new line'],
  ],
  ['RESOURCE_EXHAUSTION', ['the nesting is too deep', 'use a few levels']],
]);

function firstOfEachPlace(faults: readonly Finding[]): Finding[] {
  const first = new Map<string, Finding>();
  for (const fault of faults) {
    const key = `${fault.line}:${fault.column}`;
    if (!first.has(key)) first.set(key, fault);
  }
  const isTooDeep = faults.some(({ message }) => message === 'the nesting is too deep');
  return Array.from(first.values()).slice(0, isTooDeep ? 1 : syntaxFaultsMax);
}

/** An alias without an anchor, one inside its own anchor, and more than a person would write. */
function checkAliases(
  document: Document.Parsed,
  finding: (node: Node, message: string, expected: string) => Finding,
): Finding[] {
  const faults: Finding[] = [];
  let uses = 0;
  let repeated = 0;
  visit(document, {
    Alias(_key, node, ancestors) {
      uses += 1;
      const target = node.resolve(document);
      repeated += target?.range ? target.range[1] - target.range[0] : 0;
      if (target === undefined)
        faults.push(
          finding(node, `there is no anchor &${node.source} before this alias`, 'write the value itself'),
        );
      else if (ancestors.includes(target))
        faults.push(
          finding(node, `the alias *${node.source} stands inside what it repeats`, 'write the value itself'),
        );
      else if (isCollection(target) && holdsAlias(target)) {
        // Aliases of aliases grow exponentially, and no policy needs them.
        faults.push(
          finding(node, `the alias *${node.source} repeats other aliases`, 'write the values themselves'),
        );
      } else if (uses > aliasesMax || repeated > aliasedCharactersMax) {
        faults.push(
          finding(node, 'the aliases repeat too much', `use at most ${aliasesMax} aliases, and less text`),
        );
        return visit.BREAK;
      }
      return undefined;
    },
  });
  return faults.slice(0, syntaxFaultsMax);
}

function holdsAlias(node: Node): boolean {
  let found = false;
  visit(node, {
    Alias() {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

function offsetOf(document: Document.Parsed, path: DocumentPath, at: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, step] of path.entries()) {
    const found = child(resolved(document, node), step);
    if (!found) return offset;
    const isLast = index === path.length - 1;
    if (isLast && at === 'key' && found.key !== undefined) return found.key;
    node = found.value;
    offset = startOf(node) ?? found.key ?? offset;
  }
  return offset;
}

function child(
  node: unknown,
  step: string | number,
): { readonly key?: number | undefined; readonly value: unknown } | undefined {
  if (isSeq(node) && typeof step === 'number') {
    return step < node.items.length ? { value: node.items[step] } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item): item is Pair => isPair(item) && keyText(item.key) === String(step));
  return pair && { key: startOf(pair.key), value: pair.value };
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.source ?? key.value) : '';
}

function resolved(document: Document.Parsed, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/**
 * Finds where the secrets of a policy stand in its text, so that they alone can be replaced and everything else, comments
 * and layout included, stays as it was written. The schema says what is a secret.
 */
import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { z } from 'zod';
import { secret } from './node-schema.ts';
import { policySchema } from './policy-schema.ts';
import { alternatives, childOf } from './schema-walk.ts';

/** A value as it is written: with its quotes, or with the `|` of a block; without the line end after it. */
export interface WrittenSecret {
  /** Offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** `hash`: of a login's password, which is no secret of its own and yet nobody's business. */
  readonly kind: 'secret' | 'hash';
  readonly value: string;
  /** Keys from outside in; an entry of a list by its name where it has one: the same value, wherever its lines went. */
  readonly place: string;
}

/** The text with what `replace` gives in place of each written secret; `undefined` leaves one as it is. */
export function replaceSecrets(
  text: string,
  replace: (written: string, found: WrittenSecret) => string | undefined,
): string {
  return replaceFound(text, findSecrets(text), replace);
}

/** The same with what `findSecrets` found in this text. */
export function replaceFound(
  text: string,
  secrets: readonly WrittenSecret[],
  replace: (written: string, found: WrittenSecret) => string | undefined,
): string {
  let result = '';
  let done = 0;
  for (const found of secrets) {
    const written = text.slice(found.start, found.end);
    result += text.slice(done, found.start) + (replace(written, found) ?? written);
    done = found.end;
  }
  return result + text.slice(done);
}

/** In the order of the text, each once, also where aliases repeat it. References to secrets are none. */
export function findSecrets(text: string): readonly WrittenSecret[] {
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    // Each of two alike is looked at; the parser's check takes time by the square of the keys.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const found = new Map<number, WrittenSecret>();
  const look = (
    given: unknown,
    schemas: readonly z.core.$ZodType[],
    path: readonly string[],
    place: readonly string[],
  ): void => {
    const node = resolved(document, given);
    const here = schemas.flatMap(alternatives);
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : '';
        const inner = here
          .map((schema) => childOf(schema, name))
          .filter((schema) => schema instanceof z.ZodType);
        if (inner.length > 0) look(value, inner, [...path, name], [...place, name]);
      }
    } else if (isSeq(node)) {
      const inner = here.map((schema) => childOf(schema, 0)).filter((schema) => schema instanceof z.ZodType);
      if (inner.length === 0) return;
      for (const [index, item] of node.items.entries()) {
        look(item, inner, path, [...place, nameOf(item) ?? String(index)]);
      }
    } else if (isScalar(node) && node.range) {
      const kind = schemas.some(isSecret)
        ? 'secret'
        : path.join('.') === 'sources.login.password'
          ? 'hash'
          : undefined;
      const [start, end] = node.range;
      // A block ends with its line, and what follows needs that line end.
      const length = text.slice(start, end).trimEnd().length;
      if (kind && length > 0)
        found.set(start, {
          start,
          end: start + length,
          kind,
          value: String(node.value),
          place: place.join('/'),
        });
    }
  };
  look(document.contents, [policySchema], [], []);
  return Array.from(found.values()).toSorted((a, b) => a.start - b.start);
}

function nameOf(item: unknown): string | undefined {
  const name = isMap(item) ? item.get('name') : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** `describe` and `optional` copy or wrap a schema; its branches stay those of `secret`. */
function isSecret(schema: z.core.$ZodType): boolean {
  if (schema instanceof z.ZodOptional) return isSecret(schema.def.innerType);
  return schema instanceof z.ZodUnion && schema.def.options === secret.def.options;
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

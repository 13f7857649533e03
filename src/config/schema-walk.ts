/** Looks into zod schemas: which keys a place of the document may have. */
import { z } from 'zod';
import type { DocumentPath } from './finding.ts';

/** Keys that the mapping at `path` may have, of all alternatives together. */
export function keysAt(schema: z.ZodType, path: DocumentPath): string[] {
  let here = alternatives(schema);
  for (const step of path) here = here.flatMap((each) => alternatives(childOf(each, step)));
  return here.flatMap((each) => (each instanceof z.ZodObject ? Object.keys(each.shape) : []));
}

/** The schema without what wraps it, or all branches of a union. */
export function alternatives(schema: unknown): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return alternatives(schema.def.innerType);
  }
  if (schema instanceof z.ZodPipe) return alternatives(schema.def.in);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(alternatives);
  return schema instanceof z.ZodType ? [schema] : [];
}

/** The schema of a key, of any key of a record, or of any item of a list; `undefined`: there is none. */
export function childOf(schema: z.core.$ZodType, step: string | number): unknown {
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  // `Object.hasOwn`: the step is a key of the user's document.
  if (schema instanceof z.ZodObject && typeof step === 'string' && Object.hasOwn(schema.shape, step)) {
    return schema.shape[step];
  }
  return undefined;
}

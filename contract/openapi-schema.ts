/** JSON Schema of one value, its named parts moved into the components of the document. */
import { z } from 'zod';

export type Json = Record<string, unknown>;

export function jsonSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
  components: Map<string, unknown>,
): unknown {
  const made = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    reused: 'inline',
    override: ({ jsonSchema: part }) => void delete part.id,
  }) as Json & { $defs?: Record<string, unknown> };
  delete made['$schema'];
  for (const [id, part] of Object.entries(made.$defs ?? {})) components.set(id, moveRefs(part));
  delete made.$defs;
  return moveRefs(made);
}

function moveRefs(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

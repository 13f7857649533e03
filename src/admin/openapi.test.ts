import { validate } from '@readme/openapi-parser';
import { expect, test } from 'vitest';
import { openApi } from '../../contract/openapi.ts';

test('the document is valid OpenAPI 3.1', async () => {
  const document = structuredClone(openApi('1.2.3'));
  const result = await validate(document as unknown as Parameters<typeof validate>[0]);
  expect(result).toMatchObject({ valid: true });
});

/** Before every whole-system test: sessions are watched by witness.ts, and a test whose sessions it contradicts fails. */
import { afterEach, expect, vi } from 'vitest';

vi.mock(import('../../src/listener/handle-event.ts'), async (original) => {
  const [{ handleEvent }, { witnessed }] = await Promise.all([original(), import('./witness.ts')]);
  return { handleEvent: witnessed(handleEvent) };
});

afterEach(async () => {
  const { disagreements } = await import('./witness.ts');
  expect(disagreements.splice(0), 'the simulator judges as the live session did').toEqual([]);
});

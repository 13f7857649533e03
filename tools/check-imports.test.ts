import { describe, expect, it } from 'vitest';
import { importsOf, relativeImports, violation } from './check-imports.ts';

describe('the layer table', () => {
  it('finds no violation in the tree, and does read the tree', () => {
    const imports = importsOf(new URL('..', import.meta.url).pathname);
    expect(imports.length).toBeGreaterThan(20);
    expect(imports.map(violation).filter(Boolean)).toEqual([]);
  });

  it.each([
    ['upwards', 'src/queue/a.ts', 'src/delivery/b.ts'],
    ['sideways in a layer', 'src/policy/a.ts', 'src/queue/b.ts'],
    ['product code into tests', 'src/queue/a.ts', 'test/harness.ts'],
    ['the sandbox into the product', 'sandbox/a.ts', 'src/protocol/b.ts'],
    ['an unknown folder', 'src/utils/a.ts', 'src/platform/b.ts'],
  ])('refuses an import %s', (_why, from, to) => {
    expect(violation({ from, to })).toBeTypeOf('string');
  });

  it.each([
    ['downwards', 'src/listener/a.ts', 'src/protocol/smtp/b.ts'],
    ['within a folder', 'src/connector/mx/a.ts', 'src/connector/connector.ts'],
  ])('allows an import %s', (_why, from, to) => {
    expect(violation({ from, to })).toBeUndefined();
  });

  it('sees static, type, lazy and worker imports', () => {
    const text = `import { a } from './a.ts';\nexport type { B } from "../b.ts";\nawait import('./c.ts');\nnew Worker(new URL('./d.ts', import.meta.url));\nimport 'zod';`;
    expect(relativeImports(text)).toEqual(['./a.ts', '../b.ts', './c.ts', './d.ts']);
  });
});

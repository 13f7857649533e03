/**
 * Holds the layer table of docs/architecture.md against every import of the tree: a folder of `src/` imports
 * only from lower layers or from itself, and what stands beside `src/` keeps to its own rule.
 * Exits 1 with one line a violation.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

const layers = new Map([
  ['main', 7],
  ['cli', 7],
  ['listener', 6],
  ['admin', 6],
  ['accept', 5],
  ['delivery', 5],
  ['diagnostics', 5],
  ['accounts', 5],
  ['alerts', 5],
  ['ageing', 5],
  ['backup', 5],
  ['migrate', 5],
  ['reports', 5],
  ['review', 5],
  ['policy', 4],
  ['queue', 4],
  ['connector', 4],
  ['dsn', 4],
  ['observe', 3],
  ['config', 2],
  ['store', 2],
  ['message', 1],
  ['protocol', 0],
  ['platform', 0],
]);

// Beside src/: what each may import of ours. Absent: everything (tests, benchmarks and tools build whole relays).
const beside = new Map<string, readonly string[]>([
  ['contract', []],
  ['sandbox', []],
  ['microsoft365', []],
  ['console', ['contract']],
]);
// Data and schema folders that any layer of src/ at or above the one named may use.
const importableBySrc = new Map([
  ['contract', 6],
  ['sandbox', 7],
  ['microsoft365', 4],
]);

export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Why an import between two paths (relative to the root, with forward slashes) breaks the table, if it does. */
export function violation({ from, to }: Import): string | undefined {
  const [fromTop = '', toTop = ''] = [from.split('/')[0], to.split('/')[0]];
  if (fromTop !== 'src') {
    const allowed = beside.get(fromTop);
    if (allowed === undefined || toTop === fromTop || allowed.includes(toTop)) return undefined;
    if (from.includes('.test.ts') && toTop === 'test') return undefined;
    return `${from} imports ${to}: ${fromTop}/ may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing of ours'}`;
  }
  const fromLayer = layerOf(from);
  if (fromLayer === undefined) return `${from} stands in a folder that the layer table does not name`;
  if (toTop !== 'src') {
    if (from.includes('.test.ts')) return undefined;
    const least = importableBySrc.get(toTop);
    if (least !== undefined && fromLayer >= least) return undefined;
    return `${from} imports ${to}, which product code of layer ${fromLayer} may not use`;
  }
  const toLayer = layerOf(to);
  if (folderOf(from) === folderOf(to)) return undefined;
  if (toLayer !== undefined && (toLayer < fromLayer || (fromLayer === 7 && toLayer === 7))) return undefined;
  return `${from} (layer ${fromLayer}) imports ${to} (layer ${toLayer}): only lower layers may be imported`;
}

function folderOf(path: string): string {
  return (path.split('/')[1] ?? '').replace(/\.ts$/, '');
}

function layerOf(path: string): number | undefined {
  return layers.get(folderOf(path));
}

/** All imports between files of the tree, types included. */
export function importsOf(root: string): Import[] {
  const found: Import[] = [];
  for (const top of ['src', ...beside.keys()]) {
    for (const file of sourceFiles(join(root, top))) {
      for (const target of relativeImports(readFileSync(file, 'utf8'))) {
        found.push({
          from: slashed(relative(root, file)),
          to: slashed(relative(root, resolve(dirname(file), target))),
        });
      }
    }
  }
  return found;
}

/** Relative module names that a source text imports, exports from, loads lazily or starts as a worker. */
export function relativeImports(text: string): string[] {
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*|new URL\(\s*)['"](\.{1,2}\/[^'"]+\.tsx?)['"]/g;
  return Array.from(text.matchAll(pattern), (match) => match[1] ?? '');
}

function sourceFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
      .map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}

if (import.meta.main) {
  const imports = importsOf(resolve(import.meta.dirname, '..'));
  const faults = imports.map(violation).filter((fault) => fault !== undefined);
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.stdout.write(`${imports.length} imports checked, ${faults.length} against the layer table\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

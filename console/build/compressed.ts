/** Writes `.br` and `.gz` beside each file of the build that is worth it, so that the server compresses nothing itself. */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

// index.html is not among them: the server writes a nonce into it with each answer.
const kinds = new Set(['.js', '.css', '.svg', '.json']);
/** In octets; smaller files gain nothing. */
const worthFrom = 1024;

export function compressed(): Plugin {
  let directory = '';
  return {
    name: 'relay365-compressed',
    apply: 'build',
    configResolved(config) {
      directory = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const names = await readdir(directory, { recursive: true });
      await Promise.all(
        names.filter((name) => kinds.has(extname(name))).map((name) => compress(join(directory, name))),
      );
    },
  };
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  if (content.length < worthFrom) return;
  const quality = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params: quality }));
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
}

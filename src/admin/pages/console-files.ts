/**
 * The console's files, as vite built them: hashed names may be kept for a year, and every path that is no file is a page
 * of the one application (index.html), with a nonce of its own for each answer.
 */
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isApiPath } from '../guard/guard.ts';
import { pageHeaders } from '../guard/headers.ts';
import { Problem } from '../problem.ts';

/** vite puts what bears a hash of its content in its name there. */
const hashedFolder = '/assets/';
const yearMs = 365 * 86_400_000;
const filePath = /^\/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\.[A-Za-z0-9]+$/;

const missing = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>relay365</title>
<h1>The console is not built</h1>
<p>Run <code>npm run prepare</code> in the checkout, and load this page again. The API works without it:
<a href="/api/openapi.json">/api/openapi.json</a> lists what there is.</p>
`;

export function registerConsole(
  server: FastifyInstance,
  given: { readonly directory: string; readonly transportHeaders: Readonly<Record<string, string>> },
): void {
  const { directory, transportHeaders } = given;
  // `send` under it resolves no path outside the root, answers ranges and 304, and takes .br and .gz where they lie beside.
  server.register(fastifyStatic, { root: directory, serve: false, preCompressed: true, dotfiles: 'ignore' });
  server.setNotFoundHandler(async (request, reply) => {
    if (request.method !== 'GET' || isApiPath(request.url)) {
      throw new Problem(404, 'Not found', `no ${request.method} here; /api/openapi.json lists what there is`);
    }
    const path = request.url.split('?', 1)[0] ?? '/';
    if (filePath.test(path)) return sendFile(path, reply);
    return sendPage(request, reply, directory, transportHeaders);
  });
}

function sendFile(path: string, reply: FastifyReply): FastifyReply {
  const isHashed = path.startsWith(hashedFolder);
  void reply.removeHeader('cache-control');
  return reply.sendFile(path.slice(1), {
    immutable: isHashed,
    maxAge: isHashed ? yearMs : 0,
    cacheControl: true,
  });
}

async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  directory: string,
  transportHeaders: Readonly<Record<string, string>>,
): Promise<FastifyReply> {
  const accept = request.headers.accept;
  if (accept !== undefined && !/text\/html|\*\/\*/.test(accept)) throw new Problem(404, 'Not found');
  const nonce = randomBytes(16).toString('base64');
  void reply.headers({ ...pageHeaders(nonce), ...transportHeaders }).type('text/html; charset=utf-8');
  const page = await readPage(directory);
  if (page === undefined) return reply.code(404).send(missing);
  return reply.send(page.replaceAll('__NONCE__', nonce));
}

/** Read each time: a page is loaded seldom, and a new build is then served at once. */
async function readPage(directory: string): Promise<string | undefined> {
  try {
    return await readFile(join(directory, 'index.html'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Stands between commands and a relay: notes which operation was asked for, and holds each answer to the OpenAPI document. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Route, RouteName } from '../../contract/routes.ts';
import { routes } from '../../contract/routes.ts';
import { faultsOf } from '../harness/openapi.ts';

export interface RecordingProxy extends AsyncDisposable {
  readonly url: string;
  /** Operations that were asked for since this was called last. */
  taken(): readonly RouteName[];
  /** Answers that are not as the document says. */
  readonly faults: readonly unknown[];
  /** Operations of which an answer was held against the document. */
  readonly checked: ReadonlySet<RouteName>;
}

export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const asked: RouteName[] = [];
  const faults: unknown[] = [];
  const checked = new Set<RouteName>();
  const server = createServer((incoming, outgoing) => {
    const name = operationOf(incoming);
    asked.push(name);
    forward(target, incoming, outgoing, (status, type, body) => {
      checked.add(name);
      const found = faultsOfAnswer(routes[name], status, type, body);
      if (found.length > 0) faults.push({ name, status, found });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: () => asked.splice(0),
    faults,
    checked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function operationOf({ method, url = '' }: IncomingMessage): RouteName {
  const path = url.split('?', 1)[0] ?? '';
  const fitting = (Object.entries(routes) as [RouteName, Route][]).filter(
    ([, route]) =>
      route.method === method &&
      new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  // The router prefers what is written out.
  const [first] = fitting.toSorted(([, a], [, b]) => holes(a.path) - holes(b.path));
  if (!first) throw new Error(`${method} ${path} is no route of the contract`);
  return first[0];
}

const holes = (path: string): number => path.split('{').length;

function forward(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  done: (status: number, type: string, body: string) => void,
): void {
  const { method, url, headers } = incoming;
  const onward = request(`${target}${url}`, { method, headers }, (answer) => {
    const { statusCode = 0, headers: fields } = answer;
    outgoing.writeHead(statusCode, fields);
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      outgoing.write(chunk);
    });
    answer.on('end', () => {
      // Before the command hears the end, so that whoever waits for the command finds it noted.
      done(statusCode, fields['content-type'] ?? '', Buffer.concat(chunks).toString());
      outgoing.end();
    });
  });
  outgoing.on('close', () => onward.destroy());
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}

function faultsOfAnswer(route: Route, status: number, type: string, body: string): readonly string[] {
  if (status >= 400) {
    const isProblem = type.startsWith('application/problem+json');
    return isProblem ? faultsOf(route, status, JSON.parse(body)) : [`${status} is ${type}`];
  }
  if (status !== (route.success ?? 200)) return [`${status} is not what success is`];
  if (route.stream) {
    return body
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .flatMap((line) => faultsOf(route, status, JSON.parse(line.slice(6))));
  }
  if (route.response) return faultsOf(route, status, JSON.parse(body));
  if (route.success === 204) return body === '' ? [] : ['204 has a body'];
  // Written out, what is documented: the default of the server.
  const documented = [route.contentType ?? 'text/plain; charset=utf-8', ...(route.otherContentTypes ?? [])];
  return documented.includes(type) ? [] : [`it is ${type}`];
}

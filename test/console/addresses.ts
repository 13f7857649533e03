/** Where each page of the table is to be looked at: pages with a parameter need something that exists. */
import { pages } from '../../console/pages/table.ts';
import type { ConsoleWorld } from './world.ts';

export interface Address {
  readonly name: string;
  readonly path: string;
}

/** Values of parameters by the path that has them. A page with a parameter adds its line here. */
const examples = new Map<string, (world: ConsoleWorld) => Promise<string>>([
  [
    '/messages/$id',
    async (world) => {
      const { items } = (await world.ask('GET', '/api/v1/messages?state=active')) as {
        readonly items: readonly { readonly id: string }[];
      };
      return `/messages/${items[0]?.id}`;
    },
  ],
  ['/sources/$name', () => Promise.resolve('/sources/warehouse-printer')],
  ['/sources/$name/card', () => Promise.resolve('/sources/warehouse-printer/card')],
  ['/transcripts/$key', () => Promise.resolve('/transcripts/warehouse-printer')],
  ['/connectors/$name', () => Promise.resolve('/connectors/microsoft-365')],
  ['/connectors/$name/edit', () => Promise.resolve('/connectors/microsoft-365/edit?step=route')],
]);

export async function addresses(world: ConsoleWorld): Promise<Address[]> {
  const found: Address[] = [];
  for (const { path, title } of pages) {
    const example = examples.get(path);
    if (path.includes('$') && !example)
      throw new Error(`test/console/addresses.ts has no example for ${path}`);
    found.push({ name: title, path: example ? await example(world) : path });
  }
  return found;
}

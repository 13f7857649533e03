import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { writeJson, writeTable } from './output.ts';

/** `relay365 source list`. */
export async function list(options: ConfigOption & { readonly json?: true }): Promise<void> {
  const page = await (await connect(options)).call('sources');
  if (options.json) {
    writeJson(page);
    return;
  }
  writeTable(
    page.items,
    [
      { title: 'source', value: ({ name }) => name },
      {
        title: 'networks',
        value: ({ networks }) => networks.map(({ range }) => range).join(', '),
        widthMax: 50,
      },
      { title: 'login', value: ({ login }) => login ?? '' },
      { title: 'certificate', value: ({ certificate }) => (certificate ? 'yes' : '') },
      { title: 'senders', value: ({ senders }) => senders.join(', '), widthMax: 50 },
      { title: 'expires', value: ({ expires }) => expires ?? '' },
    ],
    'the policy names no source, so nobody may send',
  );
}

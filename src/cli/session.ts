/** `relay365 session list|end`: who is signed in to the console. */
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { answer, formatTime, write, writeTable } from './output.ts';
import type { SignedInSession } from '../../contract/schemas.ts';

interface Options extends ConfigOption {
  readonly json?: true;
}

export async function list(options: Options): Promise<void> {
  const found = await (await connect(options)).call('sessions');
  answer(options, found, ({ items }) => writeSessions(items));
}

export async function end(id: string, options: Options): Promise<void> {
  await (await connect(options)).call('endSession', { params: { id } });
  answer(options, { id, ended: true }, () => write(`the session ${id} is over`));
}

export function writeSessions(items: readonly SignedInSession[]): void {
  writeTable(
    items,
    [
      { title: 'id', value: ({ id }) => id },
      { title: 'account', value: ({ name, current }) => (current ? `${name} (this command)` : name) },
      { title: 'by', value: ({ method }) => method },
      { title: 'from', value: ({ address }) => address },
      { title: 'since', value: ({ createdAt }) => formatTime(createdAt) },
      { title: 'seen', value: ({ lastSeenAt }) => formatTime(lastSeenAt) },
      { title: 'browser', value: ({ userAgent }) => userAgent ?? '', widthMax: 60 },
    ],
    'nobody is signed in',
  );
}

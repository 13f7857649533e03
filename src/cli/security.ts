/** `relay365 security overview|unlock`. */
import { tlsName } from '../platform/words.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { answer, formatTime, write, writeTable } from './output.ts';

interface Options extends ConfigOption {
  readonly json?: true;
}

export async function overview(options: Options): Promise<void> {
  const found = await (await connect(options)).call('securityOverview');
  answer(options, found, ({ failedLogins, lockOuts, tls }) => {
    write(`failed logins: ${failedLogins.hour} in the last hour, ${failedLogins.day} in the last day`);
    writeTable(
      failedLogins.recent,
      [
        { title: 'ref', value: ({ ref }) => ref },
        { title: 'at', value: ({ at }) => formatTime(at) },
        { title: 'client', value: ({ address }) => address ?? '' },
      ],
      'none was kept',
    );
    write('');
    writeTable(
      lockOuts,
      [
        { title: 'lock-out', value: ({ id }) => id },
        { title: 'of', value: ({ kind, key }) => `${kind} ${key}`, widthMax: 60 },
        { title: 'door', value: ({ door }) => door },
        { title: 'until', value: ({ until }) => formatTime(until) },
      ],
      'nobody is locked out',
    );
    write('');
    writeTable(
      tls.sources,
      [
        { title: 'source', value: ({ source }) => source, widthMax: 40 },
        {
          title: 'TLS',
          value: (one) => [...new Set(one.tls.map(({ version }) => tlsName(version)))].join(', '),
        },
        { title: 'sessions without', value: ({ plainSessions }) => String(plainSessions) },
        { title: 'logins in clear', value: ({ clearLogins }) => String(clearLogins) },
      ],
      'no session of any source was seen yet',
    );
  });
}

export async function unlock(id: string, options: Options): Promise<void> {
  const done = await (await connect(options)).call('endLockOut', { params: { id } });
  answer(options, done, () => write('the lock-out is over'));
}

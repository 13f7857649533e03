/** `relay365 source show|check|seen|allow-list`: what a source is, was seen doing, and may. */
import { stringify } from 'yaml';
import type { SightingDetail } from '../../contract/schemas.ts';
import { tlsName } from '../platform/words.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { readEntry } from './entry-file.ts';
import { exitCodes } from './failure.ts';
import {
  answer,
  countOf,
  formatBytes,
  formatFindingView,
  formatTime,
  write,
  writeLines,
  writeTable,
} from './output.ts';

interface Options extends ConfigOption {
  readonly json?: true;
}

export async function show(name: string, options: Options): Promise<void> {
  const found = await (await connect(options)).call('source', { params: { name } });
  answer(options, found, ({ source, document, path, revision, findings }) => {
    write(`# ${path} of policy revision ${revision}`);
    writeLines(stringify(document).trimEnd());
    const { silent, age, endsAt } = source;
    const last = source.seen.lastSeenAt === undefined ? 'never' : formatTime(source.seen.lastSeenAt);
    write(
      `# seen last: ${last}${silent ? ' (silent for 30 days)' : ''}; ${countOf(source.seen.messagesMonth ?? 0, 'message')} in 30 days`,
    );
    write(`# permission: ${age}${endsAt === undefined ? '' : `, as written until ${formatTime(endsAt)}`}`);
    for (const finding of findings) write(`# ${formatFindingView(finding)}`);
  });
}

/** Exits with 2 where the entry has faults. */
export async function check(
  options: Options & { readonly file: string; readonly replaces?: string },
): Promise<void> {
  const { file, replaces } = options;
  const document = await readEntry(file);
  const body = { document, ...(replaces !== undefined && { replaces }) };
  const found = await (await connect(options)).call('checkSource', { body });
  if (!found.valid) process.exitCode = exitCodes.configuration;
  answer(options, found, ({ valid, findings, diff }) => {
    for (const finding of findings) write(formatFindingView(finding));
    writeLines(diff.join('\n'));
    write(valid ? `${document.name} could be put in force` : `${document.name} has faults`);
  });
}

export async function seen(name: string | undefined, options: Options): Promise<void> {
  const client = await connect(options);
  if (name !== undefined) {
    answer(options, await client.call('sighting', { params: { name } }), writeSighting);
    return;
  }
  answer(options, await client.call('sightings'), ({ items }) =>
    writeTable(
      items,
      [
        { title: 'source', value: ({ source }) => source, widthMax: 40 },
        { title: 'last', value: ({ lastAt }) => formatTime(lastAt) },
        { title: '24 hours', value: ({ day }) => String(day.messages) },
        { title: '30 days', value: ({ month }) => String(month.messages) },
        { title: 'size', value: ({ month }) => formatBytes(month.bytes) },
        { title: 'from', value: ({ addresses }) => addresses[0]?.address ?? '' },
        { title: 'TLS', value: ({ tls }) => (tls[0] ? tlsName(tls[0].version) : 'none') },
      ],
      'no source was seen yet',
    ),
  );
}

function writeSighting(one: SightingDetail): void {
  write(`${one.source}: from ${formatTime(one.firstAt)} to ${formatTime(one.lastAt)}`);
  write(`24 hours: ${countOf(one.day.messages, 'message')}, ${formatBytes(one.day.bytes)}`);
  write(`30 days: ${countOf(one.month.messages, 'message')}, ${formatBytes(one.month.bytes)}`);
  write(
    `without TLS: ${countOf(one.plainSessions, 'session')}, ${countOf(one.clearLogins, 'login')} in clear`,
  );
  for (const { address, lastAt } of one.addresses) write(`from ${address}, last ${formatTime(lastAt)}`);
  for (const { version, cipher, sessions } of one.tls)
    write(`${tlsName(version)} ${cipher}: ${countOf(sessions, 'session')}`);
  for (const { from, tls, plainSessions, clearLogins } of one.tlsDays) {
    const uses = tls.map(({ version, cipher, sessions }) =>
      `${sessions} ${tlsName(version)} ${cipher}`.trimEnd(),
    );
    const all = [...uses, `${plainSessions} without TLS`, `${countOf(clearLogins, 'login')} in clear`];
    write(`${from.slice(0, 10)}: ${all.join(', ')}`);
  }
}

export async function allowList(options: Options): Promise<void> {
  const found = await (await connect(options)).call('allowList');
  answer(options, found, ({ items, findings }) => {
    writeTable(
      items,
      [
        { title: 'source', value: ({ source }) => source, widthMax: 40 },
        { title: 'range', value: ({ range }) => range ?? '' },
        { title: 'age', value: ({ age }) => age },
        { title: 'ends', value: ({ endsAt }) => (endsAt === undefined ? '' : formatTime(endsAt)) },
        { title: 'owner', value: ({ owner }) => owner ?? '', widthMax: 32 },
        {
          title: 'last seen',
          value: ({ lastSeenAt }) => (lastSeenAt === undefined ? 'never' : formatTime(lastSeenAt)),
        },
        { title: 'remarks', value: remarks, widthMax: 80 },
      ],
      'nobody may send',
    );
    for (const finding of findings) write(formatFindingView(finding));
  });
}

function remarks(item: {
  readonly tooWide: boolean;
  readonly coveredBy?: string | undefined;
  readonly overlaps: readonly { readonly source: string; readonly range: string }[];
  readonly overlapCount: number;
}): string {
  return [
    ...(item.tooWide ? ['too wide'] : []),
    ...(item.coveredBy === undefined ? [] : [`needless: ${item.coveredBy} holds it`]),
    ...item.overlaps.map(({ source, range }) => `overlaps ${source} ${range}`),
    ...(item.overlapCount > item.overlaps.length
      ? [`and ${item.overlapCount - item.overlaps.length} more`]
      : []),
  ].join('; ');
}

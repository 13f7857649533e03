/** `relay365 transcripts`: what was said in the last sessions of a device. */
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { countOf, formatTime, write, writeJson, writeTable } from './output.ts';

type Options = ConfigOption & { readonly json?: true };

export async function list(options: Options): Promise<void> {
  const found = await (await connect(options)).call('transcripts');
  if (options.json) {
    writeJson(found);
    return;
  }
  writeTable(
    found.items,
    [
      { title: 'WHO', value: ({ key }) => key, widthMax: 60 },
      { title: 'LAST', value: ({ lastAt }) => formatTime(lastAt) },
      { title: 'SESSIONS', value: ({ sessions }) => String(sessions) },
      { title: 'FAILED', value: ({ failedSessions }) => String(failedSessions) },
      { title: 'WOULD HELP', value: ({ suggested }) => suggested.join(', ') },
    ],
    'no session was kept yet',
  );
  for (const { key, until, sessions } of found.captures)
    write(`${key} is captured until ${formatTime(until)}: ${countOf(sessions, 'session')}`);
}

const signs = { client: 'C:', relay: 'S:', note: '--' } as const;

export async function show(key: string, options: Options): Promise<void> {
  const found = await (await connect(options)).call('transcript', { params: { key } });
  if (options.json) {
    writeJson(found);
    return;
  }
  for (const { ref, address, listener, startedAt, ending, failed, lines, dropped } of found.sessions) {
    write(
      `${formatTime(startedAt)}  ${address} on ${listener}, ${failed ? 'failed' : 'fine'} (${ending})  ${ref}`,
    );
    for (const { from, text } of lines) write(`    ${signs[from]} ${text}`);
    if (dropped > 0) write(`    -- ${countOf(dropped, 'line')} not kept`);
    write('');
  }
  const { quirks, repair } = found.suggested;
  for (const { name, why } of quirks) write(`would have helped: quirk ${name}: ${why}`);
  for (const { name, why } of repair) write(`would have helped: repair ${name}: ${why}`);
  if (found.canApply && quirks.length + repair.length > 0)
    write(`relay365 transcripts apply ${key} adds them to the source`);
}

export async function capture(key: string, options: Options & { readonly stop?: true }): Promise<void> {
  const client = await connect(options);
  if (options.stop) {
    await client.call('stopCapture', { params: { key } });
    if (!options.json) write(`${key} is captured no more`);
    return;
  }
  const started = await client.call('startCapture', { params: { key } });
  if (options.json) writeJson(started);
  else
    write(
      `every session of ${key} is kept until ${formatTime(started.until)}; relay365 transcripts show ${key} tells them`,
    );
}

/** What was suggested, or what is named. */
export async function apply(
  key: string,
  options: Options & { readonly quirk?: readonly string[]; readonly repair?: readonly string[] },
): Promise<void> {
  const client = await connect(options);
  const named = options.quirk !== undefined || options.repair !== undefined;
  const { suggested } = named
    ? { suggested: undefined }
    : await client.call('transcript', { params: { key } });
  const quirks = options.quirk ?? suggested?.quirks.map(({ name }) => name) ?? [];
  const repair = options.repair ?? suggested?.repair.map(({ name }) => name) ?? [];
  if (quirks.length + repair.length === 0) {
    write(`nothing is suggested for ${key}`);
    return;
  }
  const { revision } = await client.call('applySwitches', {
    params: { key },
    body: { quirks: [...quirks], repair: [...repair] },
  });
  if (options.json) writeJson({ revision, quirks, repair });
  else
    write(
      `${key} has ${[...quirks, ...repair].join(', ')} now (revision ${revision}); new connections use it`,
    );
}

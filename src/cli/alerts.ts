/** `relay365 alerts` and `relay365 health`: what is the matter, and who is told. */
import { parseDuration } from '../config/units.ts';
import { printable } from '../observe/printable.ts';
import { formatInstant, plus, systemClock } from '../platform/clock.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { countOf, formatTime, write, writeJson, writeTable } from './output.ts';

interface JsonOption extends ConfigOption {
  readonly json?: boolean;
}

export async function list(
  options: JsonOption & { readonly state: 'open' | 'closed' | 'all'; readonly limit: number },
): Promise<void> {
  const { state, limit } = options;
  const page = await (await connect(options)).call('alerts', { query: { state, limit } });
  if (options.json) {
    writeJson(page);
    return;
  }
  writeTable(
    page.items,
    [
      { title: 'id', value: ({ id }) => id },
      { title: 'since', value: ({ openedAt }) => formatTime(openedAt) },
      { title: 'severity', value: ({ severity }) => severity },
      { title: 'rule', value: ({ rule, muted }) => (muted ? `${rule} (muted)` : rule) },
      { title: 'what', value: ({ text }) => text, widthMax: 90 },
      {
        title: 'state',
        value: (alert) => (alert.acknowledged ? `by ${alert.acknowledged.by}` : alert.state),
      },
    ],
    'no alerts',
  );
}

export async function acknowledge(
  id: string,
  options: JsonOption & { readonly note: string },
): Promise<void> {
  const client = await connect(options);
  const alert = await client.call('acknowledgeAlert', {
    params: { id },
    body: { note: options.note },
  });
  if (options.json) writeJson(alert);
  else write(`acknowledged: ${printable(alert.text)}`);
}

/** Without `--for` the mute ends. */
export async function mute(
  rule: string,
  options: JsonOption & { readonly for?: string; readonly reason?: string; readonly end?: boolean },
): Promise<void> {
  const client = await connect(options);
  if (options.end === true) {
    const view = await client.call('unmuteAlertRule', { params: { id: rule } });
    if (options.json) writeJson(view);
    else write(`${view.id} is not muted`);
    return;
  }
  const length = parseDuration(options.for ?? '');
  if (length === undefined || options.reason === undefined) {
    throw new CommandFailure(exitCodes.other, 'write --for 2h --reason "why", or --end');
  }
  const until = formatInstant(plus(systemClock.now(), length));
  const view = await client.call('muteAlertRule', {
    params: { id: rule },
    body: { until, reason: options.reason },
  });
  if (options.json) writeJson(view);
  else write(`${view.id} is muted until ${formatTime(until)}`);
}

/** Exit code 1 where the channel did not take it. */
export async function test(channel: string, options: JsonOption): Promise<void> {
  const result = await (await connect(options)).call('testAlertChannel', { params: { name: channel } });
  if (!result.ok) process.exitCode = exitCodes.other;
  if (options.json) writeJson(result);
  else
    write(
      `${channel}: ${result.ok ? 'sent' : 'NOT sent'}, ${printable(result.detail)} (${result.durationMs} ms)`,
    );
}

export async function channels(options: JsonOption): Promise<void> {
  const page = await (await connect(options)).call('alertChannels');
  if (options.json) {
    writeJson(page);
    return;
  }
  writeTable(
    page.items,
    [
      { title: 'name', value: ({ name }) => name },
      { title: 'type', value: ({ type }) => type },
      { title: 'target', value: ({ target }) => target, widthMax: 60 },
      {
        title: 'last',
        value: ({ last }) => (last ? `${formatTime(last.at)} ${last.detail}` : 'never'),
        widthMax: 60,
      },
      { title: 'waiting', value: ({ waiting }) => String(waiting) },
    ],
    'no channels: see alerts.channels in relay365.yaml',
  );
}

/** Exit code 1 where a check fails. */
export async function health(options: JsonOption): Promise<void> {
  const view = await (await connect(options)).call('healthChecks');
  if (view.state === 'fail') process.exitCode = exitCodes.other;
  if (options.json) {
    writeJson(view);
    return;
  }
  const failing = view.checks.filter(({ state }) => state !== 'ok').length;
  write(
    view.ready
      ? 'ready: mail is accepted'
      : `NOT ready: mail is not accepted (${view.notReadyBecause.join(', ')})`,
  );
  writeTable(
    view.checks,
    [
      { title: 'check', value: ({ id }) => id },
      { title: 'state', value: ({ state }) => state },
      { title: 'since', value: ({ since }) => formatTime(since) },
      { title: 'evidence', value: ({ evidence }) => evidence, widthMax: 100 },
    ],
    'no check was made yet; the first comes five seconds after the start',
  );
  for (const { id, advice } of view.checks) if (advice !== undefined) write(`${id}: ${printable(advice)}`);
  if (failing > 0) write(`${countOf(failing, 'check')} not well`);
}

/** `relay365 connector …`. */
import type { ConnectorView } from '../../contract/schemas.ts';
import { formatInstant } from '../platform/clock.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { endOf } from './end-of.ts';
import { answer, formatTime, write, writeJson, writeTable } from './output.ts';

export async function list(options: ConfigOption & { readonly json?: true }): Promise<void> {
  const page = await (await connect(options)).call('connectors');
  if (options.json) {
    writeJson(page);
    return;
  }
  writeTable(
    page.items,
    [
      { title: 'connector', value: ({ name }) => name },
      { title: 'route', value: ({ route, hosts }) => [route, ...hosts].join(' ') },
      { title: 'TLS', value: ({ tls }) => tls },
      {
        title: 'domains',
        value: ({ addressSpaces }) => addressSpaces.map(({ pattern }) => pattern).join(', '),
        widthMax: 30,
      },
      { title: 'active', value: ({ active }) => String(active) },
      { title: 'quota', value: fullestQuota, widthMax: 120 },
      {
        title: 'validated',
        value: ({ lastValidated }) =>
          lastValidated ? `${lastValidated.outcome} ${formatTime(lastValidated.at)}` : 'never',
      },
      { title: 'suspended', value: suspensionOf, widthMax: 90 },
      { title: 'last failure', value: ({ lastFailure }) => lastFailure?.text ?? '', widthMax: 160 },
    ],
    'the policy names no connector, so mail is kept and goes nowhere',
  );
}

/** A row has place for the one that is nearest to its end; `status` shows them all. */
function fullestQuota({ quotas }: ConnectorView): string {
  const [fullest] = quotas.toSorted((a, b) => b.used / b.limit - a.used / a.limit);
  return fullest ? quotaText(fullest) : '';
}

/** When it was proven last to work, and what came of it. */
export function validationText({ name, lastValidated }: ConnectorView): string {
  if (!lastValidated) return `never validated; relay365 connector validate ${name} --to ADDRESS does`;
  const { at, outcome, summary } = lastValidated;
  return `last validated ${formatTime(at)}: ${outcome}; ${summary}`;
}

/** How much of a limit is used, and when it runs out or has room again. */
export function quotaText({
  quota,
  used,
  limit,
  runsOutAt,
  freeAt,
}: ConnectorView['quotas'][number]): string {
  const room = freeAt === undefined ? '' : `, room again ${formatTime(freeAt)}`;
  const end = runsOutAt === undefined ? '' : `, runs out ${formatTime(runsOutAt)} at this rate`;
  return `${used} of ${limit} ${quota}${room}${end}`;
}

/** The reason stands in the next column already where it was the last failure. */
function suspensionOf({ suspended, lastFailure }: ConnectorView): string {
  if (!suspended) return '';
  const { until, reason } = suspended;
  if (until === undefined) return reason;
  return `until ${formatTime(until)}${reason === lastFailure?.text ? '' : `: ${reason}`}`;
}

export async function suspend(
  name: string,
  options: ConfigOption & { readonly reason?: string; readonly until?: string; readonly json?: true },
): Promise<void> {
  const until = options.until === undefined ? undefined : formatInstant(endOf(options.until));
  const body = {
    ...(options.reason ? { reason: options.reason } : {}),
    ...(until !== undefined && { until }),
  };
  const connector = await (await connect(options)).call('suspend', { params: { name }, body });
  const again = `"relay365 connector resume ${name}" uses it again`;
  answer(options, connector, () =>
    write(
      until === undefined
        ? `${name} is suspended; its mail waits. ${again}`
        : `${name} is suspended until ${formatTime(until)}; its mail waits. ${again} before`,
    ),
  );
}

export async function resume(
  name: string,
  { sender, ...options }: ConfigOption & { readonly sender?: string; readonly json?: true },
): Promise<void> {
  const body = sender === undefined ? {} : { sender };
  const connector = await (await connect(options)).call('resume', { params: { name }, body });
  answer(options, connector, () =>
    write(sender === undefined ? `${name} is used again` : `mail of ${sender} goes by ${name} again`),
  );
}

/** `relay365 search`: searches that are kept under a name; `relay365 trace --search NAME` uses one. */
import type { MessageFilter, SavedFilter, SavedSearchView } from '../../contract/schemas.ts';
import type { Milliseconds } from '../platform/clock.ts';
import { formatInstant, plus, systemClock } from '../platform/clock.ts';
import type { AdminClient, ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { confirm } from './confirm.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import type { FilterOptions } from './message-filter.ts';
import { filterOf } from './message-filter.ts';
import { answer, formatTime, write, writeTable } from './output.ts';

interface JsonOption extends ConfigOption {
  readonly json?: boolean;
}

export type Span = NonNullable<SavedFilter['last']>;

const spans: Readonly<Record<Span, Milliseconds>> = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
};

export async function list(options: JsonOption): Promise<void> {
  const found = await (await connect(options)).call('searches');
  answer(options, found, ({ items }) =>
    writeTable(
      items,
      [
        { title: 'name', value: ({ name }) => name },
        { title: 'finds', value: ({ filter }) => filterWords(filter), widthMax: 70 },
        { title: 'of', value: ({ by }) => by },
        { title: 'for', value: ({ shared }) => (shared ? 'everybody' : 'its owner') },
        { title: 'saved', value: ({ savedAt }) => formatTime(savedAt) },
      ],
      'no searches; "relay365 search save NAME" keeps one',
    ),
  );
}

export interface SaveOptions extends JsonOption, FilterOptions {
  readonly state?: MessageFilter['state'];
  readonly last?: Span;
  readonly shared?: true;
}

export async function save(name: string, text: string | undefined, options: SaveOptions): Promise<void> {
  const { state, last, shared = false } = options;
  const given = { ...filterOf(options, text), state, last };
  const filter = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const client = await connect(options);
  const saved = await client.call('saveSearch', { params: { name }, body: { filter, shared } });
  answer(options, saved, () =>
    write(`"${name}" is saved${shared ? ' for everybody' : ''}: ${filterWords(saved.filter)}`),
  );
}

export async function remove(name: string, options: JsonOption & { readonly yes?: boolean }): Promise<void> {
  await confirm(options, { words: `remove the saved search "${name}"`, about: 'named' });
  await (await connect(options)).call('removeSearch', { params: { name } });
  answer(options, { name, removed: true }, () => write(`"${name}" is removed`));
}

/** The filter of a saved search as lists take it; an own one goes before a shared one of that name. */
export async function savedFilter(client: AdminClient, name: string): Promise<Partial<MessageFilter>> {
  const { items } = await client.call('searches');
  const fitting = items.filter((one) => one.name.toLowerCase() === name.toLowerCase());
  const found = fitting.find(({ shared }) => !shared) ?? fitting[0];
  if (!found) {
    throw new CommandFailure(
      exitCodes.other,
      `there is no saved search "${name}"; "relay365 search list" has their names`,
    );
  }
  const { last, ...filter } = found.filter;
  return { ...filter, ...sinceOf(last) };
}

/** Such a time is that of this machine, as other times that are typed. */
export function sinceOf(last: Span | undefined): { readonly from?: string } {
  return last === undefined ? {} : { from: formatInstant(plus(systemClock.now(), -spans[last])) };
}

function filterWords(filter: SavedSearchView['filter']): string {
  return Object.entries(filter)
    .map(([name, value]) => (name === 'text' ? String(value) : `${name} ${value}`))
    .join(', ');
}

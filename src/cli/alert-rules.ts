/** `relay365 alerts rules|set`: what is watched, and from when on it is an alert. */
import type { AlertRuleView } from '../../contract/schemas.ts';
import { parseDuration, parseSize } from '../config/units.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { answer, formatTime, write, writeTable } from './output.ts';

interface Options extends ConfigOption {
  readonly json?: boolean;
}

type Setting = AlertRuleView['settings'][number];

export async function rules(options: Options): Promise<void> {
  const found = await (await connect(options)).call('alertRules');
  answer(options, found, ({ items }) =>
    writeTable(
      items,
      [
        { title: 'rule', value: ({ id }) => id },
        { title: 'state', value: stateOf },
        { title: 'open', value: ({ open }) => String(open) },
        { title: 'settings', value: ({ settings }) => settings.map(textOf).join(' '), widthMax: 60 },
        { title: 'what', value: ({ what }) => what, widthMax: 90 },
      ],
      'there are no rules',
    ),
  );
}

function stateOf({ enabled, muted, inFile }: AlertRuleView): string {
  const state = muted ? `muted until ${formatTime(muted.until)}` : enabled ? 'on' : 'off';
  return inFile ? `${state} (relay365.yaml)` : state;
}

const unitNames = { time: 's', size: ' octets', percent: '%', count: '', times: ' times' } as const;

function textOf({ name, unit, value }: Setting): string {
  return `${name}=${unit === 'time' ? value / 1000 : value}${unitNames[unit]}`;
}

/** `assignments`: such as `after=2h` or `percent=90`. */
export async function set(
  id: string,
  assignments: readonly string[],
  options: Options & {
    readonly on?: true;
    readonly off?: true;
    readonly severity?: 'warning' | 'critical' | 'own';
  },
): Promise<void> {
  const client = await connect(options);
  const { items } = await client.call('alertRules');
  const rule = items.find((one) => one.id === id);
  if (!rule) {
    const names = items.map((one) => one.id).join(', ');
    throw new CommandFailure(exitCodes.other, `there is no rule ${id}; there are ${names}`);
  }
  const { severity } = options;
  const body = {
    ...(options.on && { enabled: true }),
    ...(options.off && { enabled: false }),
    ...(severity !== undefined && { severity: severity === 'own' ? null : severity }),
    ...(assignments.length > 0 && {
      settings: Object.fromEntries(assignments.map((one) => assigned(one, rule))),
    }),
  };
  if (Object.keys(body).length === 0)
    throw new CommandFailure(exitCodes.other, 'say what to change: name=value, --on, --off or --severity');
  const changed = await client.call('putAlertRule', { params: { id }, body });
  answer(options, changed, (view) =>
    write(`${view.id} is ${stateOf(view)}: ${view.settings.map(textOf).join(' ') || 'it has no settings'}`),
  );
}

function assigned(text: string, { id, settings }: AlertRuleView): readonly [string, number] {
  const [name = '', given] = text.split(/=(.*)/s, 2);
  const setting = settings.find((one) => one.name === name);
  if (!setting || given === undefined) {
    const names = settings.map((one) => `${one.name}=${example[one.unit]}`).join(', ');
    throw new CommandFailure(
      exitCodes.other,
      `"${text}" is no setting of ${id}: ${names === '' ? 'it has none' : `write ${names}`}`,
    );
  }
  const value = valueOf(given, setting);
  if (value !== undefined) return [name, value];
  throw new CommandFailure(
    exitCodes.other,
    `"${given}" is no value of ${name}: write ${name}=${example[setting.unit]}`,
  );
}

const example = { time: '2h', size: '1 GiB', percent: '90', count: '100', times: '1.5' } as const;

function valueOf(text: string, { unit }: Setting): number | undefined {
  if (unit === 'time') return parseDuration(text);
  if (unit === 'size') return parseSize(text);
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

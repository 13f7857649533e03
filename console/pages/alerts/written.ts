/** Values of rules as people read them and as relay365.yaml has them. Pure. */
import type { AlertRuleView } from '../../../contract/schemas/alerts.ts';

export type Setting = AlertRuleView['settings'][number];

const times = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;
const sizes = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
] as const;

/** `30m`, `500 MiB`, `20`: as the file has it, without loss. */
export function written({ unit, value }: Pick<Setting, 'unit' | 'value'>): string {
  if (unit === 'time') {
    const [word, length] = times.find(([, unitOf]) => value >= unitOf && value % unitOf === 0) ?? ['ms', 1];
    return `${value / length}${word}`;
  }
  if (unit === 'size') {
    const [word, length] = sizes.find(([, unitOf]) => value >= unitOf && value % unitOf === 0) ?? ['', 1];
    return word === '' ? String(value) : `${value / length} ${word}`;
  }
  return String(value);
}

/** `30 min`, `500 MiB`, `20 %`. */
export function inWords({ unit, value }: Pick<Setting, 'unit' | 'value'>): string {
  const text = written({ unit, value });
  if (unit === 'time') return text.replace(/m$/, 'min').replace(/[a-z]+$/, ' $&');
  if (unit === 'percent') return `${text} %`;
  return unit === 'times' ? `${text} times` : text;
}

export const hints: Readonly<Record<Setting['unit'], string>> = {
  time: 'A time: 90s, 5m, 4h, 2d',
  size: 'A size: 36 MiB, 2 GiB, or a number of bytes',
  percent: 'Percent',
  count: 'A number',
  times: 'A factor',
};

/** Milliseconds, octets or the number; `undefined` where the text is none. */
export function parsed(unit: Setting['unit'], text: string): number | undefined {
  const [, digits = '', word = ''] = /^\s*(\d{1,12}(?:\.\d{1,3})?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  if (digits === '') return undefined;
  const units: readonly (readonly [string, number])[] =
    unit === 'time' ? times : unit === 'size' ? [...sizes, ['', 1], ['B', 1]] : [['', 1]];
  const length = units.find(([name]) => name.toLowerCase() === word.toLowerCase())?.[1];
  return length === undefined ? undefined : Math.round(Number(digits) * length * 1000) / 1000;
}

/** `older than`, from `olderThan`: the key itself stands in the lines of relay365.yaml. */
export const settingWords = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** The lines of relay365.yaml that say what is in force. */
export function yamlOf(rule: AlertRuleView): string {
  const lines = [
    ...(rule.enabled ? [] : ['enabled: false']),
    ...(rule.severity === undefined ? [] : [`severity: ${rule.severity}`]),
    ...rule.settings.map((setting) => `${setting.name}: ${written(setting)}`),
  ];
  const body = lines.length === 0 ? ['enabled: true'] : lines;
  return ['alerts:', '  rules:', `    ${rule.id}:`, ...body.map((line) => `      ${line}`), ''].join('\n');
}

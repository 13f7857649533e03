/** Reads main.cf and what `postconf -n` prints: the same form (postconf(5)). */

export interface Setting {
  readonly name: string;
  /** With `$name` replaced where the file says what it is. */
  readonly value: string;
  readonly line: number;
}

export interface MainCf {
  /** By name; of one that stands twice the last counts, as for Postfix. */
  readonly settings: ReadonlyMap<string, Setting>;
  /** Lines that are no setting, and settings that are overruled by a later line. */
  readonly odd: readonly { readonly line: number; readonly text: string }[];
}

/** Octets of one value after `$name` was replaced: a file can name itself. */
const valueBytesMax = 65_536;
const depthMax = 8;
const replacementsMax = 1_000;

export function readMainCf(text: string): MainCf {
  const raw = new Map<string, Setting>();
  const odd: { line: number; text: string }[] = [];
  for (const { line, text: logical } of logicalLines(text)) {
    const match = /^([\w.-]+)\s*=\s*(.*)$/s.exec(logical);
    if (!match) {
      odd.push({ line, text: `"${logical.slice(0, 80)}" is no setting` });
      continue;
    }
    const [, name = '', value = ''] = match;
    const earlier = raw.get(name);
    if (earlier) odd.push({ line: earlier.line, text: `${name} is overruled by line ${line}` });
    raw.set(name, { name, value: value.trim(), line });
  }
  const work = { raw, replacements: 0 };
  const settings = new Map(
    [...raw].map(([name, setting]) => [name, { ...setting, value: expand(setting.value, work, 0) }]),
  );
  return { settings, odd };
}

/** Words of a list: commas and blanks part them (postconf(5)). */
export function wordsOf(value: string): string[] {
  return value.split(/[\s,]+/).filter((word) => word !== '');
}

/** A line that begins with a blank continues the one before, also over comments and empty lines (postconf(5)). */
export function logicalLines(text: string): { readonly line: number; readonly text: string }[] {
  const found: { line: number; text: string[] }[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    if (/^\s/.test(line) && found.length > 0) found.at(-1)?.text.push(line.trim());
    else found.push({ line: index + 1, text: [line.trim()] });
  }
  return found.map(({ line, text: parts }) => ({ line, text: parts.join(' ') }));
}

/** What the file does not say stays as it is written, so that whoever reads it sees it. */
function expand(
  value: string,
  work: { readonly raw: ReadonlyMap<string, Setting>; replacements: number },
  depth: number,
): string {
  if (depth >= depthMax) return value;
  return value
    .replaceAll(/\$(?:\{(\w+)\}|\((\w+)\)|(\w+))/g, (written: string, ...names: (string | undefined)[]) => {
      const other = work.raw.get(names.slice(0, 3).find((name) => name !== undefined) ?? '');
      if (other === undefined || work.replacements >= replacementsMax) return written;
      work.replacements += 1;
      return expand(other.value, work, depth + 1);
    })
    .slice(0, valueBytesMax);
}

/** Puts lines back that a rendering changed although nothing about them was meant to change. Pure. */

/** A table of so many cells is made in milliseconds; beyond it the middle is taken as rendered. */
const cellsMax = 4_000_000;

/**
 * `text` as a person wrote it, the same as a program renders it, and the rendering of what became of it: the last with
 * the lines of the first wherever they are the same line. The text as edited where rendering moves lines about.
 */
export function withOldLines(given: {
  readonly text: string;
  readonly asRendered: string;
  readonly edited: string;
}): string {
  const written = given.text.split('\n');
  const before = given.asRendered.split('\n');
  const after = given.edited.split('\n');
  if (written.length !== before.length) return given.edited;
  const origin = alignment(before, after);
  return after.map((line, index) => written[origin[index] ?? -1] ?? line).join('\n');
}

/** For each line of `after` the index of the same line of `before`, in order; `undefined`: it is new. */
function alignment(before: readonly string[], after: readonly string[]): readonly (number | undefined)[] {
  const origin = Array.from<number | undefined>({ length: after.length });
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) {
    origin[start] = start;
    start += 1;
  }
  let [oldEnd, newEnd] = [before.length, after.length];
  while (oldEnd > start && newEnd > start && before[oldEnd - 1] === after[newEnd - 1]) {
    oldEnd -= 1;
    newEnd -= 1;
    origin[newEnd] = oldEnd;
  }
  alignMiddle(before.slice(start, oldEnd), after.slice(start, newEnd), (old, now) => {
    origin[start + now] = start + old;
  });
  return origin;
}

function alignMiddle(
  before: readonly string[],
  after: readonly string[],
  found: (old: number, now: number) => void,
): void {
  const width = after.length + 1;
  if (before.length * after.length === 0 || before.length * after.length > cellsMax) return;
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (old: number, now: number): number => lengths[old * width + now] ?? 0;
  for (let old = before.length - 1; old >= 0; old -= 1) {
    for (let now = after.length - 1; now >= 0; now -= 1) {
      lengths[old * width + now] =
        before[old] === after[now] ? at(old + 1, now + 1) + 1 : Math.max(at(old + 1, now), at(old, now + 1));
    }
  }
  let [old, now] = [0, 0];
  while (old < before.length && now < after.length) {
    if (before[old] === after[now]) {
      found(old, now);
      old += 1;
      now += 1;
    } else if (at(old + 1, now) >= at(old, now + 1)) old += 1;
    else now += 1;
  }
}

/** Where a path of the policy stands in its text. Pure. */
import { isNode, LineCounter, parseDocument } from 'yaml';

/** First and last line, from 1, of the deepest part of `path` that is written; `undefined`: not even its list is. */
export function linesOf(text: string, path: string): readonly [first: number, last: number] | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent' });
  const keys = Array.from(path.matchAll(/\[(\d+)\]|([^.[\]]+)/g), ([, index, key]) =>
    index === undefined ? (key ?? '') : Number(index),
  );
  for (let depth = keys.length; depth > 0; depth -= 1) {
    const node: unknown = document.getIn(keys.slice(0, depth), true);
    if (!isNode(node) || !node.range) continue;
    const [start, end] = node.range;
    const [first, last] = [lines.linePos(start).line, lines.linePos(Math.max(start, end - 1)).line];
    return [first, last];
  }
  return undefined;
}

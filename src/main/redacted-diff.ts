/** Differences of policies that show that a secret changed, and neither what it was nor what it is. Pure. */
import { replaceSecrets } from '../config/policy-secrets.ts';
import { lineDiff } from './line-diff.ts';

const redacted = '[redacted]';

/** Lines with `+` or `-` in front. */
export function redactedDiff(before: string, after: string): readonly string[] {
  // Different values get different numbers, so that the comparison sees a change; then the numbers go.
  const numbers = new Map<string, number>();
  const numbered = (text: string): string =>
    replaceSecrets(text, (_written, { value }) => {
      const number = numbers.get(value) ?? numbers.size;
      numbers.set(value, number);
      return `${redacted}\u0001${number}`;
    });
  return lineDiff(numbered(before), numbered(after)).map((line) =>
    // oxlint-disable-next-line no-control-regex -- YAML allows no such character in a text
    line.replaceAll(/\u0001\d+/g, ''),
  );
}

/** The text as a document to show. */
export function redactedText(text: string): string {
  return replaceSecrets(text, () => `"${redacted}"`);
}

/** Text of PowerShell. Values come from configuration files, so each is quoted and none can end its quotation. */

/**
 * A literal: single quotes, doubled inside (about_Quoting_Rules). PowerShell takes typographic quotation marks for
 * single quotes as well, so they are doubled too.
 */
export function literal(value: string): string {
  return `'${oneLine(value).replaceAll(/['\u2018-\u201B]/g, '$&$&')}'`;
}

/** For a comment: one line, nothing that ends it. */
export function comment(text: string): string {
  return `# ${oneLine(text)}`;
}

export function list(values: readonly string[]): string {
  return values.map(literal).join(',');
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

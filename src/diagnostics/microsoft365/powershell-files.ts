/** Files as Windows PowerShell 5.1 and PowerShell 7 write them. Pure. */

/** Windows PowerShell redirects to UTF-16, PowerShell 7 to UTF-8; both may begin with a byte order mark. */
export function decoded(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** Objects of a JSON text; Windows PowerShell 5.1 writes a list that went through a variable as `{"value": […], "Count": 2}`. */
export function objectsIn(json: string): readonly unknown[] {
  const value = JSON.parse(json) as unknown;
  if (typeof value === 'object' && value !== null && 'value' in value && 'Count' in value) {
    return [value.value].flat();
  }
  return [value].flat();
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

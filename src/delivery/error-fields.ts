/** An unexpected error as the fields of a `fault` event. */
export function errorFields(error: unknown): { text: string; stack?: string } {
  if (!(error instanceof Error)) return { text: String(error) };
  return { text: error.message, ...(error.stack !== undefined && { stack: error.stack }) };
}

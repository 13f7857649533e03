/** A refusal in the words of the audit log. */
import { AccessRefused } from '../../accounts/account.ts';
import { Problem } from '../problem.ts';

export function problemWords(error: unknown): string {
  if (error instanceof Problem) return `${error.status} ${error.message}`;
  if (error instanceof AccessRefused) return `${error.kind}: ${error.message}`;
  const status = (error as { readonly statusCode?: number }).statusCode;
  return status === undefined ? '500 fault of the program' : `${status} ${(error as Error).message}`;
}

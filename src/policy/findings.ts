/** Collects what a compilation has to say. */
import type { DocumentFinding, DocumentPath, Severity } from '../config/finding.ts';

/** A finding about the policy document; config gives it line and column by its path. */
export type PolicyFinding = DocumentFinding;

export class Findings {
  readonly list: PolicyFinding[] = [];

  error(path: DocumentPath, message: string, expected = ''): void {
    this.#add('error', path, message, expected);
  }

  danger(path: DocumentPath, message: string, expected = ''): void {
    this.#add('danger', path, message, expected);
  }

  warning(path: DocumentPath, message: string, expected = ''): void {
    this.#add('warning', path, message, expected);
  }

  #add(severity: Severity, path: DocumentPath, message: string, expected: string): void {
    this.list.push({ severity, path, message, expected });
  }
}

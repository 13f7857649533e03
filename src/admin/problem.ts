import type { ProblemBody } from '../../contract/schemas.ts';

/** An answer other than success, as RFC 9457 problem details. Its texts reach the client; put nothing else there. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly title: string;
  readonly findings: ProblemBody['findings'];
  readonly type: string;
  /** Of the answer, such as `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    title: string,
    detail?: string,
    findings?: ProblemBody['findings'],
    more: { readonly type?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail ?? title);
    this.status = status;
    this.title = title;
    this.findings = findings;
    this.type = more.type ?? 'about:blank';
    this.headers = more.headers ?? {};
  }

  body(): ProblemBody {
    return {
      type: this.type,
      title: this.title,
      status: this.status,
      ...(this.message === this.title ? {} : { detail: this.message }),
      ...(this.findings ? { findings: this.findings } : {}),
    };
  }
}

import type { ProblemBody } from '../../contract/schemas.ts';

/** An answer other than success, as RFC 9457 problem details. Its texts reach the client; put nothing else there. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly title: string;
  readonly findings: ProblemBody['findings'];

  constructor(status: number, title: string, detail?: string, findings?: ProblemBody['findings']) {
    super(detail ?? title);
    this.status = status;
    this.title = title;
    this.findings = findings;
  }

  body(): ProblemBody {
    return {
      type: 'about:blank',
      title: this.title,
      status: this.status,
      ...(this.message === this.title ? {} : { detail: this.message }),
      ...(this.findings ? { findings: this.findings } : {}),
    };
  }
}

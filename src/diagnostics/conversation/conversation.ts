/** Values of a conversation that is held to be looked at. */

export type StepName =
  | 'resolve'
  | 'connect'
  | 'greeting'
  | 'ehlo'
  | 'starttls'
  | 'tls'
  | 'certificate'
  | 'ehlo-tls'
  | 'token'
  | 'auth'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'content'
  | 'rset'
  | 'quit'
  | 'http';

export type StepOutcome = 'ok' | 'warn' | 'fail' | 'skipped';

export interface ConversationStep {
  readonly step: StepName;
  readonly outcome: StepOutcome;
  readonly title: string;
  /** Lines, secrets masked. */
  readonly sent: string[];
  readonly received: string[];
  /** What it means. */
  readonly explained: string;
  readonly advice?: string;
  /** Stable name of the fault, or id in the reply catalogue. */
  readonly code?: string;
  readonly ms: number;
  readonly tls?: TlsReport;
  readonly offers?: string[];
}

export interface TlsReport {
  readonly version: string;
  readonly cipher: string;
  readonly verified: boolean;
  readonly serverName: string;
  readonly nameMatches: boolean;
  readonly chainFault?: string;
  /** As presented, the leaf first. */
  readonly chain: CertificateReport[];
}

export interface CertificateReport {
  readonly subject: string;
  readonly issuer: string;
  readonly names: string[];
  readonly usages: string[];
  readonly from: string;
  readonly to: string;
  readonly daysLeft: number;
  readonly key: string;
  readonly fingerprint: string;
}

export interface Conversation {
  readonly title: string;
  readonly outcome: 'ok' | 'warn' | 'fail';
  readonly summary: string;
  readonly failedAt?: StepName;
  readonly ms: number;
  readonly steps: ConversationStep[];
}

/** What a step found, beside the lines and the time, which the recorder knows. */
export interface StepFinding {
  readonly outcome?: StepOutcome;
  readonly explained: string;
  readonly advice?: string | undefined;
  readonly code?: string | undefined;
  readonly tls?: TlsReport;
  readonly offers?: string[];
  /** In place of what was heard on the wire. */
  readonly received?: string[];
}

export const stepTitles: Readonly<Record<StepName, string>> = {
  resolve: 'Find the host',
  connect: 'Connect',
  greeting: 'Greeting',
  ehlo: 'EHLO',
  starttls: 'STARTTLS',
  tls: 'TLS handshake',
  certificate: 'Certificate',
  'ehlo-tls': 'EHLO after TLS',
  token: 'Access token',
  auth: 'Login',
  mail: 'MAIL',
  rcpt: 'RCPT',
  data: 'DATA',
  content: 'Content',
  rset: 'RSET',
  quit: 'QUIT',
  http: 'Microsoft Graph',
};

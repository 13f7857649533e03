/** A way by which people hear of alerts. */
import type { AlertSeverity } from '../../config/alert-rules.ts';
import type { Word } from '../alert.ts';

/** What is told, in every form. */
export interface Notice {
  readonly word: Word | 'test';
  readonly severity: AlertSeverity;
  readonly rule: string;
  readonly title: string;
  readonly subject: string;
  readonly text: string;
  readonly advice: string;
  readonly hostname: string;
  readonly alert: string;
  /** RFC 3339. */
  readonly openedAt: string;
  readonly at: string;
  readonly connector?: string;
  readonly source?: string;
}

/** `isFinal`: trying again does not help. */
export interface Sent {
  readonly ok: boolean;
  readonly detail: string;
  readonly isFinal?: boolean;
}

export interface Channel {
  readonly name: string;
  readonly type: 'webhook' | 'mail' | 'syslog' | 'heartbeat';
  /** Where it leads, without path and secrets. */
  readonly target: string;
  /** Never rejects; ends in bounded time. */
  send(notice: Notice): Promise<Sent>;
}

export const words = {
  opened: 'ALERT',
  worse: 'ALERT (worse)',
  closed: 'CLEARED',
  test: 'TEST',
} as const satisfies Record<Notice['word'], string>;

/** One line. */
export function headline(notice: Notice): string {
  return `${words[notice.word]} ${notice.severity} ${notice.hostname}: ${notice.title}`;
}

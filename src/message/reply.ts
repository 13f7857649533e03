/** A whole SMTP reply: RFC 5321 4.2, with the enhanced status code of RFC 3463 apart; or an answer of Graph. */
export interface Reply {
  /** Absent: SMTP. `graph`: `code` is the HTTP status, and the words are those of Microsoft Graph. */
  readonly protocol?: 'graph';
  /** 200 to 599. */
  readonly code: number;
  /** `5.7.1`; absent when the peer gave none or a malformed one. */
  readonly enhanced?: string;
  /** One entry a line, without codes; printable, bounded, never holding CR or LF. */
  readonly lines: readonly string[];
}

/** One line for logs, trace and notices: `550 5.7.1 text`. */
export function formatReply(reply: Reply): string {
  const text = reply.lines.join(' ');
  return [String(reply.code), reply.enhanced, text].filter(Boolean).join(' ');
}

/** Deviations that one client is allowed, chosen by its address before it has said a word. */
export interface Leniency {
  /** `MAIL FROM: <a@b>`: blanks after the colon. */
  readonly spaceAfterColon: boolean;
  /** `MAIL FROM:a@b`: no angle brackets. */
  readonly missingAngleBrackets: boolean;
  /** `HELO` without an argument. */
  readonly helloWithoutDomain: boolean;
  /** AUTH LOGIN prompts as plain words, not in base64. */
  readonly plainPrompts: boolean;
  /** Command lines that end in a bare LF. Content is judged elsewhere, and LF never ends it. */
  readonly bareLineFeeds: boolean;
}

export const noLeniency: Leniency = {
  spaceAfterColon: false,
  missingAngleBrackets: false,
  helloWithoutDomain: false,
  plainPrompts: false,
  bareLineFeeds: false,
};

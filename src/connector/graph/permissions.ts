/** What a Graph connector needs beside Mail.Send. */

export const readWrite = 'Mail.ReadWrite';

/** Drafts and their attachments belong to the mailbox ("Create message", Microsoft Graph). */
export function graphPermissions({
  largeMessages,
}: {
  readonly largeMessages: 'draft' | 'fallback';
}): readonly string[] {
  return largeMessages === 'draft' ? [readWrite] : [];
}

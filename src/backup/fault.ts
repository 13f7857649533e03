/** A backup that cannot be made or used, in words for a person. */
export class BackupFault extends Error {
  override readonly name = 'BackupFault';
}

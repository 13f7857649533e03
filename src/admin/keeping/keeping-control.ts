/** What the API shows and steers of what is kept in order. */
import type { BackupControl } from './backup-handlers.ts';
import type { BlockControl } from './block-handlers.ts';
import type { CalendarControl } from './calendar-handlers.ts';
import type { ReportControl } from './report-handlers.ts';
import type { ReviewControl } from './review-handlers.ts';
import type { RetentionControl } from './retention-handlers.ts';

export interface KeepingControl {
  readonly calendar: CalendarControl;
  readonly backups: BackupControl;
  readonly reports: ReportControl;
  readonly review: ReviewControl;
  readonly blocks: BlockControl;
  readonly retention: RetentionControl;
}

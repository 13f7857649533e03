/** What the API shows and steers of what is kept in order. */
import type { CalendarControl } from './calendar-handlers.ts';

export interface KeepingControl {
  readonly calendar: CalendarControl;
}

/** What a calendar shows: plain facts, as the database has them. */
import type { JobRole } from '../schema/domain/codes.ts';
import type { DeliveryMode } from '../schema/domain/values.ts';

export interface CalendarShift {
  readonly shiftId: string;
  readonly organisationCode: string;
  /** Null where no reference file names the organisation. */
  readonly organisationName: string | null;
  /** Null where the source does not say at which site. */
  readonly siteCode: string | null;
  /** Null where nobody has told what the site is called. */
  readonly siteName: string | null;
  readonly addressLines: readonly string[];
  readonly postcode: string | null;
  readonly role: JobRole;
  readonly deliveryMode: DeliveryMode;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly unpaidBreakMinutes: number;
  /** It will not take place, or no longer with this person. */
  readonly isCancelled: boolean;
  /** The newest change of anything above. */
  readonly changedAt: Date;
}

export interface CalendarLeave {
  readonly leaveId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly allDay: boolean;
  readonly changedAt: Date;
}

export interface CalendarContents {
  readonly staffId: string;
  /** By start. */
  readonly shifts: readonly CalendarShift[];
  /** By start. */
  readonly leave: readonly CalendarLeave[];
  /** Whether there is more than a calendar may hold. */
  readonly isCut: boolean;
}

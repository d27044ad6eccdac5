/** Reads what a person's calendar shows, over the views that other owners publish. */
import type { Sql } from '../platform/db.ts';
import { addDays, londonDay, startOfLondonDay } from '../schema/domain/time.ts';
import type { CalendarContents, CalendarLeave, CalendarShift } from './contents.ts';

/** People use past shifts for claims and timesheets. */
const DAYS_BACK = 90;
const DAYS_AHEAD = 550;
/** Google is reported to leave out events past about 1,100. */
export const MAX_EVENTS = 1_000;

/**
 * The shifts and the leave of a person from 90 days back to 18 months ahead.
 *
 * A shift that was cancelled, has gone from its rota or went to somebody else is among them until its day has passed.
 * The window moves at midnight in London, so that a day's readings agree.
 */
export async function readContents(sql: Sql, staffId: string, now: Date): Promise<CalendarContents> {
  const today = londonDay(now);
  const window = [startOfLondonDay(addDays(today, -DAYS_BACK)), startOfLondonDay(addDays(today, DAYS_AHEAD))];
  const shifts = await sql.query<CalendarShift>(SHIFTS, [staffId, ...window, startOfLondonDay(today), MAX_EVENTS + 1]);
  const leave = await sql.query<CalendarLeave>(LEAVE, [staffId, ...window, MAX_EVENTS + 1]);
  const shown = shifts.slice(0, MAX_EVENTS);
  const shownLeave = leave.slice(0, MAX_EVENTS - shown.length);
  return { staffId, shifts: shown, leave: shownLeave, isCut: shown.length < shifts.length || shownLeave.length < leave.length };
}

const SHIFTS = `
  SELECT * FROM (
    SELECT s.id AS "shiftId", s.organisation_code AS "organisationCode", o.name AS "organisationName", s.site_code AS "siteCode",
      p.site_name AS "siteName", COALESCE(p.address_lines, '{}') AS "addressLines", p.postcode, s.role, s.delivery_mode AS "deliveryMode",
      s.starts_at AS "startsAt", s.ends_at AS "endsAt", s.unpaid_break_minutes AS "unpaidBreakMinutes",
      (x.is_former OR s.status <> 'FILLED' OR s.removed_at IS NOT NULL) AS "isCancelled",
      greatest(s.changed_at, x.changed_at, o.changed_at, p.changed_at) AS "changedAt"
    FROM (
      SELECT shift_id, changed_at, false AS is_former FROM rota.booking WHERE staff_id = $1::uuid
      UNION ALL SELECT shift_id, ended_at, true FROM rota.former_booking WHERE staff_id = $1::uuid
    ) x
    JOIN rota.shift s ON s.id = x.shift_id
    LEFT JOIN practices.organisation_directory o ON o.code = s.organisation_code
    LEFT JOIN practices.place_directory p ON p.site_code = s.site_code
    WHERE s.ends_at > $2::timestamptz AND s.starts_at < $3::timestamptz
  ) e
  WHERE NOT "isCancelled" OR "endsAt" > $4::timestamptz
  ORDER BY "startsAt", "shiftId" LIMIT $5::int`;

const LEAVE = `
  SELECT id AS "leaveId", starts_at AS "startsAt", ends_at AS "endsAt", all_day AS "allDay", changed_at AS "changedAt"
  FROM workforce.leave_calendar
  WHERE staff_id = $1::uuid AND removed_at IS NULL AND ends_at > $2::timestamptz AND starts_at < $3::timestamptz
  ORDER BY starts_at, id LIMIT $4::int`;

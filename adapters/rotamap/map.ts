/** What a row of Rotamap means. Pure. Its times are those of the clock in London, without a zone. */
import type { Canonical } from '../../schema/domain/canonical.ts';
import { RecordInvalidError, type RecordProblem } from '../../schema/domain/errors.ts';
import { addDays, type Day, type Interval, isDay, londonInstant, overlaps, startOfLondonDay } from '../../schema/domain/time.ts';
import { kindOf, type Skipped, skip } from '../contract.ts';
import type { RotamapAssignment, RotamapLeave } from './wire.ts';

const OUTSIDE = skip('outside the window');

export function toShift({ date, start_time, end_time, joined }: RotamapAssignment): Canonical['shift'] | Skipped {
  const { window, organisationCode, role, roleAsSent, siteCode, deliveryMode, staffKey } = joined;
  if (joined.leftOut) return skip('of a kind that the settings leave out');
  const problems: RecordProblem[] = [];
  const day = dayOf(date, 'date', problems);
  if (day !== null && isFarFrom(day, window)) return OUTSIDE;
  const times = day === null ? null : sessionOf(day, start_time, end_time, joined.session, problems);
  if (times && !overlaps(times, { startsAt: window.from, endsAt: window.to })) return OUTSIDE;
  problems.push(...wordProblems(joined.unknown));
  if (problems.length > 0 || !times || role === null || staffKey === null) throw new RecordInvalidError(problems);
  return {
    organisationCode,
    siteCode,
    role,
    roleAsSent,
    skillsNeeded: [],
    deliveryMode,
    ...times,
    unpaidBreakMinutes: 0,
    status: 'FILLED',
    staffKey,
    fillSource: null,
  };
}

export function toLeave({ date, end_date, start_time, end_time, joined }: RotamapLeave): Canonical['leave'] | Skipped {
  const { window, kind, isGranted, staffKey } = joined;
  if (!isGranted) return skip('leave that is not granted');
  const problems: RecordProblem[] = [];
  const first = dayOf(date, 'date', problems);
  const last = end_date === '' ? first : dayOf(end_date, 'leave_request.end_date', problems);
  if (first !== null && last !== null && last < first)
    problems.push({ path: 'leave_request.end_date', expected: 'a day from the first on', got: 'an earlier one' });
  const allDay = end_date !== '' || (start_time === '' && end_time === '');
  const times =
    first === null || last === null || problems.length > 0 ? null : allDay ? daysOf(first, last) : sessionOf(first, start_time, end_time, null, problems);
  if (times && !overlaps(times, { startsAt: window.from, endsAt: window.to })) return OUTSIDE;
  problems.push(...wordProblems(joined.unknown));
  if (problems.length > 0 || !times || staffKey === null) throw new RecordInvalidError(problems);
  return { staffKey, kind, ...times, allDay };
}

function wordProblems(unknown: RotamapAssignment['joined']['unknown']): readonly RecordProblem[] {
  return unknown.map(({ path, expected }) => ({ path, expected, got: 'something else, or nothing' }));
}

function dayOf(text: string, path: string, problems: RecordProblem[]): Day | null {
  const day = text.slice(0, 10);
  if (isDay(day) && (text.length === 10 || /^[T ]/.test(text.slice(10)))) return day;
  problems.push({ path, expected: 'a day as YYYY-MM-DD', got: kindOf(text) });
  return null;
}

/** Further than a shift can reach: so that a row of another year is skipped whatever its times are. */
function isFarFrom(day: Day, { from, to }: { readonly from: Date; readonly to: Date }): boolean {
  return startOfLondonDay(addDays(day, 3)) <= from || startOfLondonDay(addDays(day, -1)) >= to;
}

function daysOf(first: Day, last: Day): Interval {
  return { startsAt: startOfLondonDay(first), endsAt: startOfLondonDay(addDays(last, 1)) };
}

/** `HH:MM`, with seconds that are zero, with a day before it and an offset behind it where they are given. */
const TIME = /^(?:(\d{4}-\d\d-\d\d)[T ])?((?:[01]\d|2[0-3]):[0-5]\d)(?::00(?:\.0+)?)?(Z|[+-]\d\d:?\d\d)?$/;

interface Time {
  /** Null where the time stands alone. */
  readonly day: Day | null;
  readonly clock: string;
  readonly offset: string;
}

/**
 * Where the end is missing the session's length is counted on the clock: a night of twelve hours ends at the same time
 * on the clock when it changes.
 */
function sessionOf(day: Day, start: string, end: string, session: RotamapAssignment['joined']['session'], problems: RecordProblem[]): Interval | null {
  const from = timeOf(start === '' ? (session?.start ?? '') : start, 'start_time', problems);
  if (from === null) return null;
  const startDay = from.day ?? day;
  const startsAt = instantOf(startDay, from, 'start_time', problems);
  const endsAt = end === '' ? endOfSession(startDay, from, session, problems) : endOf(startDay, from, end, problems);
  if (startsAt === null || endsAt === null) return null;
  if (endsAt > startsAt) return { startsAt, endsAt };
  problems.push({ path: 'end_time', expected: 'an end after the start', got: 'an earlier one' });
  return null;
}

function timeOf(text: string, path: string, problems: RecordProblem[]): Time | null {
  const [, day = null, clock, offset = ''] = TIME.exec(text) ?? [];
  if (clock !== undefined && (day === null || isDay(day))) return { day, clock, offset };
  const expected = path === 'start_time' ? 'a time as HH:MM, or the start of the session in the setting sessions' : 'a time as HH:MM';
  problems.push({ path, expected, got: kindOf(text) });
  return null;
}

function endOf(startDay: Day, start: Time, text: string, problems: RecordProblem[]): Date | null {
  const end = timeOf(text, 'end_time', problems);
  return end && instantOf(end.day ?? (end.clock > start.clock ? startDay : addDays(startDay, 1)), end, 'end_time', problems);
}

function endOfSession(startDay: Day, { clock, offset }: Time, session: RotamapAssignment['joined']['session'], problems: RecordProblem[]): Date | null {
  if (session === null) {
    problems.push({ path: 'end_time', expected: 'an end, or the length of the session in the setting sessions', got: 'nothing' });
    return null;
  }
  const onTheClock = new Date(Date.parse(`${startDay}T${clock}Z`) + session.minutes * 60_000).toISOString();
  return instantOf(onTheClock.slice(0, 10), { day: null, clock: onTheClock.slice(11, 16), offset }, 'end_time', problems);
}

function instantOf(day: Day, { clock, offset }: Time, path: string, problems: RecordProblem[]): Date | null {
  if (offset !== '') return new Date(`${day}T${clock}:00${offset}`);
  const result = londonInstant(`${day}T${clock}`);
  if (result.ok) return result.at;
  const got = result.problem === 'skipped' ? 'one that the clocks skip' : 'one that the clocks show twice';
  problems.push({ path, expected: 'a time that exists once', got });
  return null;
}

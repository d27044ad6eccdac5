/** What a record of Breathe means. Pure. Breathe has days and half days, and no times. */
import type { Canonical } from '../../schema/domain/canonical.ts';
import { addDays, type Day, type Interval, isDay, londonInstant, overlaps, startOfLondonDay } from '../../schema/domain/time.ts';
import { invalid, kindOf, type Skipped, skip } from '../contract.ts';
import type { BreatheAbsence, BreatheCourse, BreatheEmployee } from './wire.ts';

const keyOf = (account: string, employeeId: string) => `ref:${account}:${employeeId}`.toLowerCase();
const textOf = (value: string | null | undefined) => value?.trim() || null;

export function toStaffMember(employee: BreatheEmployee): Canonical['staffMember'] {
  const { account, payroll } = employee.joined;
  const workEmail = textOf(employee.email)?.toLowerCase() ?? null;
  const number = textOf(employee.employee_ref);
  return {
    keys: [
      keyOf(account, employee.id),
      ...(workEmail === null ? [] : [`work-email:${workEmail}`]),
      ...(payroll === null || number === null ? [] : [`payroll:${payroll}:${number}`.toLowerCase()]),
    ],
    givenName: nameOf(employee.first_name, 'first_name'),
    familyName: nameOf(employee.last_name, 'last_name'),
    workEmail,
    registrations: [],
    skills: [],
  };
}

function nameOf(value: string | null | undefined, field: string): string {
  const name = textOf(value);
  if (name === null) throw invalid(field, 'a name', 'nothing');
  return name;
}

export function toEngagement(employee: BreatheEmployee): Canonical['engagement'] | Skipped {
  const { account, organisationCode, role, kind } = employee.joined;
  if (kind === null) return skip('a job title that is not wanted');
  const jobTitle = textOf(employee.job_title);
  if (role === undefined) throw invalid('job_title', 'a known role, or one that the setting roles maps', kindOf(jobTitle));
  const hasFixedHours = kind !== 'BANK' && kind !== 'LOCUM' && kind !== 'AGENCY';
  const leavingOn = dayIn(employee.leaving_date, 'leaving_date');
  return {
    staffKey: keyOf(account, employee.id),
    organisationCode,
    kind,
    role,
    roleAsSent: jobTitle,
    contractedMinutesPerWeek: hasFixedHours ? minutesPerWeek(employee.total_hours) : null,
    startsOn:
      dayIn(employee.join_date, 'join_date') ?? dayIn(employee.company_join_date, 'company_join_date') ?? dayIn(employee.job_start_date, 'job_start_date'),
    // The last day of work: ours is the day after.
    endsOn: leavingOn && addDays(leavingOn, 1),
  };
}

function dayIn(value: string | null | undefined, field: string): Day | null {
  const day = textOf(value);
  if (day === null || isDay(day)) return day;
  throw invalid(field, 'a date as YYYY-MM-DD', 'text');
}

function minutesPerWeek(hours: string | number | null | undefined): number | null {
  const text = textOf(hours?.toString());
  if (text === null) return null;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 168) return Math.round(value * 60);
  throw invalid('working_pattern.total_hours', 'hours a week, 0 to 168', Number.isNaN(value) ? 'text' : 'a larger number');
}

export function toLeave(absence: BreatheAbsence): Canonical['leave'] | Skipped {
  const { account, kind, from, to } = absence.joined;
  if (absence.cancelled) return skip('cancelled');
  if (kind === null) return skip('a reason that is no absence');
  const window = { startsAt: new Date(from), endsAt: new Date(to) };
  const lastDay = textOf(absence.end_date);
  if (lastDay !== null && lastDay < absence.start_date) throw invalid('end_date', 'a day not before start_date', 'an earlier one');
  const { startsAt, endsAt } = intervalOf(absence, lastDay, window.endsAt);
  if (startsAt >= endsAt || !overlaps({ startsAt, endsAt }, window)) return skip('outside the window');
  return { staffKey: keyOf(account, absence.employee.id), kind, startsAt, endsAt, allDay: !absence.half_start && !absence.half_end };
}

/** One that has no last day goes on to the end of the window, and is read again next time. */
function intervalOf(absence: BreatheAbsence, lastDay: Day | null, windowEnd: Date): Interval {
  const { start_date: firstDay, joined } = absence;
  if (firstDay === lastDay) return withinDay(absence, firstDay);
  if (absence.half_start && absence.half_start_am_pm === 'am') throw invalid('half_start_am_pm', 'pm: the half of a first day that others follow', 'am');
  if (absence.half_end && absence.half_end_am_pm === 'pm') throw invalid('half_end_am_pm', 'am: the half of a last day that others precede', 'pm');
  const startsAt = absence.half_start ? noonOf(firstDay, joined.morningEndsAt) : startOfLondonDay(firstDay);
  if (lastDay === null) return { startsAt, endsAt: windowEnd };
  return { startsAt, endsAt: absence.half_end ? noonOf(lastDay, joined.morningEndsAt) : startOfLondonDay(addDays(lastDay, 1)) };
}

/** A whole day, or the half that either end of it names. */
function withinDay({ half_start, half_start_am_pm, half_end, half_end_am_pm, joined }: BreatheAbsence, day: Day): Interval {
  const whole = { startsAt: startOfLondonDay(day), endsAt: startOfLondonDay(addDays(day, 1)) };
  const halves = [...(half_start ? [half_start_am_pm] : []), ...(half_end ? [half_end_am_pm] : [])];
  if (halves.length === 0) return whole;
  const [half] = halves;
  if (!half || halves.some((other) => other !== half)) {
    throw invalid(half_start ? 'half_start_am_pm' : 'half_end_am_pm', 'am or pm, the same at both ends of a half day', half ? 'both' : 'nothing');
  }
  const noon = noonOf(day, joined.morningEndsAt);
  return half === 'am' ? { ...whole, endsAt: noon } : { ...whole, startsAt: noon };
}

function noonOf(day: Day, time: string): Date {
  const result = londonInstant(`${day}T${time}`);
  if (result.ok) return result.at;
  throw invalid('start_date', 'a day with a noon', 'another');
}

export function toCredential({ employee, expires_on, status, joined }: BreatheCourse): Canonical['credential'] | Skipped {
  const { account, kind, completed } = joined;
  if (kind === undefined) return skip('a course that is no known credential');
  if (kind === null) return skip('a course that no rule asks for');
  if (!completed) {
    if (textOf(status)?.toLowerCase() === 'booked') return skip('a course that is booked, not done');
    throw invalid('status', 'Booked, or one that the setting completedStatuses names', kindOf(textOf(status)));
  }
  return { staffKey: keyOf(account, employee.id), kind, expiresOn: textOf(expires_on) };
}

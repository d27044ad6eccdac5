/** What a record of RotaMaster means. Pure. */
import { parseDay } from '../../platform/table/cells.ts';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { RecordInvalidError, type RecordProblem } from '../../schema/domain/errors.ts';
import { addDays, type Day, type Interval, overlaps, startOfLondonDay } from '../../schema/domain/time.ts';
import { invalid, kindOf, type Skipped, skip } from '../contract.ts';
import { yesOrNo } from './fields.ts';
import { instantOf, onDay, type When, whenOf } from './times.ts';
import type { RotaMasterAdjustment, RotaMasterPerson, RotaMasterShift } from './wire.ts';

const OUTSIDE = skip('outside the window');

export function toStaffMember({ firstName, lastName, isArchived, isDeleted, joined }: RotaMasterPerson): Canonical['staffMember'] | Skipped {
  // The people asked for are the active ones: without these fields they stay so.
  for (const [path, text] of Object.entries({ isArchived, isDeleted })) {
    if (text !== '' && yesOrNo(text) === undefined) throw invalid(path, 'yes or no', 'another word');
    if (yesOrNo(text)) return skip('a person who was archived or deleted');
  }
  const { key, workEmail } = joined;
  return {
    keys: workEmail === null ? [key] : [key, `work-email:${workEmail}`],
    givenName: firstName,
    familyName: lastName,
    workEmail,
    registrations: [],
    skills: [],
  };
}

/** Whole days where neither end has a time: the last day is one of them. */
export function toLeave({ from, to, approved, shiftAdjustment, joined }: RotaMasterAdjustment): Canonical['leave'] | Skipped {
  const { window, staffKey, kind, isLeave } = joined;
  if (!isLeave) return skip('an adjustment for which nobody is away');
  if (yesOrNo(shiftAdjustment) === true) return skip('an adjustment of a shift, not leave');
  const isApproved = yesOrNo(approved);
  // Nothing is not no: were the field called otherwise one day, all leave would be taken for withdrawn.
  if (isApproved === undefined) throw invalid('Approved', 'yes or no', approved === '' ? 'nothing' : 'another word');
  if (!isApproved) return skip('leave that is not approved');
  const problems: RecordProblem[] = [];
  const first = whenOf(from, 'From', problems);
  const last = whenOf(to, 'to', problems);
  if (staffKey === null) problems.push({ path: 'PersonID', expected: 'who is away', got: 'nothing' });
  if (!first || !last || staffKey === null) throw new RecordInvalidError(problems);
  const allDay = first.clock === null && last.clock === null;
  const startsAt = allDay ? startOfLondonDay(first.day) : instantOf(first, 'From', problems);
  const endsAt = allDay ? startOfLondonDay(addDays(last.day, 1)) : instantOf(last, 'to', problems);
  if (!startsAt || !endsAt) throw new RecordInvalidError(problems);
  if (endsAt <= startsAt) throw invalid('to', 'an end after the start', 'an earlier one');
  return overlaps({ startsAt, endsAt }, { startsAt: window.from, endsAt: window.to }) ? { staffKey, kind, startsAt, endsAt, allDay } : OUTSIDE;
}

export function toShift(shift: RotaMasterShift): Canonical['shift'] | Skipped {
  const { window, organisationCode, names, state, role, roleAsSent, siteCode, deliveryMode, staffKey, unknown } = shift.joined;
  if (state === 'skip') return skip('of a state that the settings skip');
  const problems: RecordProblem[] = [];
  const times = timesOf(shift, problems);
  if (times && !overlaps(times, { startsAt: window.from, endsAt: window.to })) return OUTSIDE;
  problems.push(...unknown.map(({ path, expected }) => ({ path, expected, got: 'something else, or nothing' })));
  const unpaidBreakMinutes = /^\d{0,4}$/.test(shift.breakMinutes) ? Number(shift.breakMinutes) : null;
  if (unpaidBreakMinutes === null) problems.push({ path: names.breakMinutes, expected: 'whole minutes', got: kindOf(shift.breakMinutes) });
  if (problems.length > 0 || !times || role === null || unpaidBreakMinutes === null) throw new RecordInvalidError(problems);
  return {
    organisationCode,
    siteCode,
    role,
    roleAsSent,
    skillsNeeded: [],
    deliveryMode,
    ...times,
    unpaidBreakMinutes,
    status: state === 'cancelled' ? 'CANCELLED' : staffKey === null ? 'OPEN' : 'FILLED',
    staffKey,
    fillSource: null,
  };
}

/** Date-times, or times on the day in `date`: then an end that is not after the start is on the next day. */
function timesOf({ date, start, end, joined: { names } }: RotaMasterShift, problems: RecordProblem[]): Interval | null {
  const day = date === '' ? null : parseDay(date, 'dmy');
  if (date !== '' && day === null) problems.push({ path: names.date, expected: 'a day as 2026-03-02', got: kindOf(date) });
  const from = onDay(day, start) ?? whenOf(start, names.start, problems);
  const to = endOn(day, from, end) ?? whenOf(end, names.end, problems);
  const startsAt = from && instantOf(from, names.start, problems);
  const endsAt = to && instantOf(to, names.end, problems);
  if (!startsAt || !endsAt) return null;
  if (endsAt > startsAt) return { startsAt, endsAt };
  problems.push({ path: names.end, expected: 'an end after the start', got: 'an earlier one' });
  return null;
}

function endOn(day: Day | null, from: When | null, text: string): When | null {
  const end = onDay(day, text);
  const isNextDay = end?.clock && from?.clock && end.clock <= from.clock;
  return end && isNextDay ? { ...end, day: addDays(end.day, 1) } : end;
}

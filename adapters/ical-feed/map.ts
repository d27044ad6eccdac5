/** What an occurrence means. Pure. */
import type { Canonical } from '../../schema/domain/canonical.ts';
import { RecordInvalidError, type RecordProblem } from '../../schema/domain/errors.ts';
import { type Interval, londonInstant, overlaps, startOfLondonDay } from '../../schema/domain/time.ts';
import { type Skipped, skip } from '../contract.ts';
import type { IcalOccurrence, IcalRecord, Moment } from './wire.ts';

const OUTSIDE = skip('outside the window');

export function toShift(event: IcalRecord): Canonical['shift'] | Skipped {
  if ('component' in event) return skip(event.component);
  if (event.unwanted !== null) return skip(event.unwanted);
  if (event.leave !== null) return skip('leave, not a shift');
  const problems: RecordProblem[] = [];
  const times = intervalOf(event, problems);
  if (times && isOutside(times, event)) return OUTSIDE;
  if ('day' in event.start) problems.push({ path: 'DTSTART', expected: 'a time of day, or the setting allDayHours', got: 'a whole day' });
  problems.push(...wordProblems(event));
  if (problems.length > 0 || times === null || event.role === null) throw new RecordInvalidError(problems);
  const { role, roleAsSent, siteCode, deliveryMode, staffKey } = event;
  return {
    organisationCode: event.joined.organisationCode,
    siteCode,
    role,
    roleAsSent,
    skillsNeeded: [],
    deliveryMode,
    ...times,
    unpaidBreakMinutes: 0,
    status: event.isCancelled ? 'CANCELLED' : staffKey === null ? 'OPEN' : 'FILLED',
    staffKey,
    fillSource: null,
  };
}

export function toLeave(event: IcalRecord): Canonical['leave'] | Skipped {
  if ('component' in event) return skip(event.component);
  if (event.unwanted !== null) return skip(event.unwanted);
  if (event.leave === null) return skip('a shift, not leave');
  if (event.isCancelled) return skip('leave that was cancelled');
  const problems: RecordProblem[] = [];
  const times = intervalOf(event, problems);
  if (times && isOutside(times, event)) return OUTSIDE;
  problems.push(...wordProblems(event));
  const { staffKey, leave } = event;
  if (staffKey === null && problems.length === 0) problems.push({ path: 'ATTENDEE', expected: 'who is away', got: 'nobody' });
  if (problems.length > 0 || times === null || staffKey === null) throw new RecordInvalidError(problems);
  return { staffKey, kind: leave, ...times, allDay: 'day' in event.start };
}

function isOutside(times: Interval, { joined: { window } }: IcalOccurrence): boolean {
  return !overlaps(times, { startsAt: window.from, endsAt: window.to });
}

function wordProblems({ unknown }: IcalOccurrence): readonly RecordProblem[] {
  return unknown.map(({ path, expected }) => ({ path, expected, got: 'something else, or nothing' }));
}

/** Null when there are problems. */
function intervalOf({ start, end }: IcalOccurrence, problems: RecordProblem[]): Interval | null {
  const startsAt = instantOf(start, 'DTSTART', problems);
  const endsAt = end === null ? null : 'minutes' in end ? startsAt && new Date(startsAt.getTime() + end.minutes * 60_000) : instantOf(end, 'DTEND', problems);
  if (end === null) problems.push({ path: 'DTEND', expected: 'when it ends, or how long it lasts, in the same form as DTSTART', got: 'nothing' });
  if (!startsAt || !endsAt) return null;
  if (endsAt > startsAt) return { startsAt, endsAt };
  problems.push({ path: 'DTEND', expected: 'an end after the start', got: 'an earlier one' });
  return null;
}

/** A time that comes twice is the first of the two, as RFC 5545 3.3.5 has it. */
function instantOf(moment: Moment, path: string, problems: RecordProblem[]): Date | null {
  if ('day' in moment) return startOfLondonDay(moment.day);
  if ('utc' in moment) return new Date(moment.utc);
  const result = londonInstant(moment.london, 0);
  if (result.ok) return result.at;
  problems.push({ path, expected: 'a time that exists', got: 'a time that does not exist: the clocks go forward over it' });
  return null;
}

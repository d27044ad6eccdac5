/** What an entry of a grid means. Pure. */
import type { Canonical } from '../../schema/domain/canonical.ts';
import { RecordInvalidError, type RecordProblem } from '../../schema/domain/errors.ts';
import { addDays, type Interval, londonInstant, overlaps, startOfLondonDay } from '../../schema/domain/time.ts';
import { type Skipped, skip } from '../contract.ts';
import type { RotaGridEntry } from './wire.ts';

const OUTSIDE = skip('outside the period');
const OFF = skip('not working');
const LEFT_OUT = skip('a row that is no person');

export function toShift(entry: RotaGridEntry): Canonical['shift'] | Skipped {
  if (entry.says === 'leave') return skip('leave, not a shift');
  if (entry.says === 'off') return OFF;
  if (entry.says === 'left out') return LEFT_OUT;
  const times = intervalOf(entry);
  const { organisationCode, from, to } = entry.pull;
  if (times.interval && !(times.interval.startsAt >= from && times.interval.startsAt < to)) return OUTSIDE;
  const problems = [...entry.problems, ...times.problems];
  if (problems.length > 0 || times.interval === null || entry.role === null) throw new RecordInvalidError(problems);
  const { siteCode, role, roleAsSent, deliveryMode, staffKey, cover } = entry;
  return {
    organisationCode,
    siteCode,
    role,
    roleAsSent,
    skillsNeeded: [],
    deliveryMode,
    ...times.interval,
    unpaidBreakMinutes: 0,
    status: staffKey === null ? 'OPEN' : 'FILLED',
    staffKey,
    fillSource: staffKey === null ? null : cover,
  };
}

export function toLeave(entry: RotaGridEntry): Canonical['leave'] | Skipped {
  if (entry.says === 'off') return OFF;
  if (entry.says === 'left out') return LEFT_OUT;
  if (entry.says !== 'leave' && entry.says !== 'broken') return skip('a shift, not leave');
  const times = intervalOf(entry);
  const { from, to } = entry.pull;
  if (times.interval && !overlaps(times.interval, { startsAt: from, endsAt: to })) return OUTSIDE;
  const problems = [...entry.problems, ...times.problems];
  if (problems.length > 0 || times.interval === null || entry.leave === null || entry.staffKey === null) throw new RecordInvalidError(problems);
  return { staffKey: entry.staffKey, kind: entry.leave, ...times.interval, allDay: entry.times === null };
}

interface Read {
  readonly interval: Interval | null;
  readonly problems: readonly RecordProblem[];
}

/** The whole day where there are no times. */
function intervalOf({ cell, day, times }: RotaGridEntry): Read {
  if (day === null) return { interval: null, problems: [] };
  if (times === null) return { interval: { startsAt: startOfLondonDay(day), endsAt: startOfLondonDay(addDays(day, 1)) }, problems: [] };
  const startsAt = londonInstant(`${day}T${times.start}`);
  const endsAt = londonInstant(`${times.end > times.start ? day : addDays(day, 1)}T${times.end}`);
  if (startsAt.ok && endsAt.ok) return { interval: { startsAt: startsAt.at, endsAt: endsAt.at }, problems: [] };
  const problems = [startsAt, endsAt].flatMap((result) => (result.ok ? [] : [{ path: cell, ...CLOCK_CHANGE[result.problem] }]));
  return { interval: null, problems };
}

const CLOCK_CHANGE = {
  skipped: { expected: 'a time that exists', got: 'a time that does not exist: the clocks go forward over it' },
  repeated: { expected: 'a time that exists once', got: 'a time that exists twice: the clocks go back over it' },
  malformed: { expected: 'times as 08:00-13:00', got: 'no time' },
} as const;

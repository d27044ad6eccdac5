/** What an event of Teamup means. Pure. Times have their offset; whole days are read in London. */
import type { Canonical } from '../../schema/domain/canonical.ts';
import { addDays, startOfLondonDay } from '../../schema/domain/time.ts';
import { invalid, type Skipped, skip } from '../contract.ts';
import { isWithin } from '../places-and-roles.ts';
import type { TeamupEvent } from './wire.ts';

const DELETED = 'deleted upstream';
const OUTSIDE = 'outside the window';
const LEFT_OUT = 'on a sub-calendar that the settings leave out';

export function toShift(event: TeamupEvent): Canonical['shift'] | Skipped {
  const { meaning, window, staffKey } = event.joined;
  if (event.delete_dt) return skip(DELETED);
  if (meaning.kind === 'left-out') return skip(LEFT_OUT);
  if (meaning.kind === 'leave') return skip('leave, not a shift');
  const interval = intervalOf(event);
  if (!isWithin(interval, window)) return skip(OUTSIDE);
  if (meaning.kind === 'unclear') throw invalid('subcalendar_ids', meaning.expected, meaning.got);
  if (event.all_day) throw invalid('all_day', 'a shift with times', 'a whole day');
  const { kind: _kind, ...work } = meaning;
  return { ...work, ...interval, unpaidBreakMinutes: 0, status: staffKey === null ? 'OPEN' : 'FILLED', staffKey, fillSource: null };
}

export function toLeave(event: TeamupEvent): Canonical['leave'] | Skipped {
  const { meaning, window, staffKey, personIn } = event.joined;
  if (event.delete_dt) return skip(DELETED);
  if (meaning.kind === 'left-out') return skip(LEFT_OUT);
  if (meaning.kind !== 'leave') return skip('not leave');
  const interval = intervalOf(event);
  if (!isWithin(interval, window)) return skip(OUTSIDE);
  if (staffKey === null) throw invalid(personIn, 'who is away', 'nobody');
  return { staffKey, kind: meaning.leave, ...interval, allDay: event.all_day };
}

/** Of a whole day the date is read as it is written, and the last day is included. */
function intervalOf({ all_day, start_dt, end_dt }: TeamupEvent): { readonly startsAt: Date; readonly endsAt: Date } {
  if (!all_day) return { startsAt: new Date(start_dt), endsAt: new Date(end_dt) };
  return { startsAt: startOfLondonDay(start_dt.slice(0, 10)), endsAt: startOfLondonDay(addDays(end_dt.slice(0, 10), 1)) };
}

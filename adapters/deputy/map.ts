/** What a record of Deputy means. Pure. Times are unix seconds; whole days are dates, read in London. */
import type { Canonical } from '../../schema/domain/canonical.ts';
import { addDays, type Interval, startOfLondonDay } from '../../schema/domain/time.ts';
import { invalid, kindOf, type Skipped, skip } from '../contract.ts';
import { isWithin } from '../places-and-roles.ts';
import type { DeputyEmployee, DeputyLeave, DeputyRoster } from './wire.ts';

const OUTSIDE = 'outside the window';

export function toShift(roster: DeputyRoster): Canonical['shift'] | Skipped {
  if (!roster.Published) return skip('a draft that has not been published');
  const { account, window, place, role, location } = roster.joined;
  const interval = { startsAt: new Date(roster.StartTime * 1000), endsAt: new Date(roster.EndTime * 1000) };
  if (!isWithin(interval, window)) return skip(OUTSIDE);
  if (place?.leftOut) return skip('at a location that the settings leave out');
  if (role?.leftOut) return skip('in an area that the settings leave out');
  const area = roster.OperationalUnit ? `the area ${roster.OperationalUnit}` : 'nothing';
  if (!place) throw invalid('OperationalUnit', 'an area of a location that the setting locations names', location === null ? area : `the location ${location}`);
  if (!role) throw invalid('OperationalUnit', 'an area whose role is known, or set under "areas"', area);
  return {
    organisationCode: place.organisationCode,
    siteCode: place.siteCode,
    role: role.role,
    roleAsSent: role.name,
    skillsNeeded: role.skillsNeeded,
    deliveryMode: role.deliveryMode ?? place.deliveryMode ?? 'ON_SITE',
    ...interval,
    unpaidBreakMinutes: minutesOf(roster.Mealbreak),
    ...whoWorks(roster, account),
    fillSource: null,
  };
}

/** Nobody has the id 0: it is not a person whom every open shift shares. */
function whoWorks({ Employee, Open }: DeputyRoster, account: string): Pick<Canonical['shift'], 'status' | 'staffKey'> {
  if (Employee === 0) return { status: 'OPEN', staffKey: null };
  if (Open) throw invalid('Employee', 'nobody (0) on an open shift', 'somebody');
  return { status: 'FILLED', staffKey: employeeKey(account, Employee) };
}

/** `2026-03-23T00:30:00+00:00` is half an hour: the clock is read as it is written, and is never an instant. */
function minutesOf(mealbreak: string | null | undefined): number {
  if (!mealbreak) return 0;
  const clock = /^\d{4}-\d\d-\d\dT(\d\d):(\d\d):\d\d/.exec(mealbreak);
  if (clock) return Number(clock[1]) * 60 + Number(clock[2]);
  throw invalid('Mealbreak', 'a duration as the time of a day', kindOf(mealbreak));
}

/** One who was archived is still a person whom earlier shifts name. */
export function toStaffMember({ Id, FirstName, LastName, email, joined }: DeputyEmployee): Canonical['staffMember'] {
  const workEmail = email?.trim().toLowerCase() || null;
  return {
    keys: [employeeKey(joined.account, Id), ...(workEmail === null ? [] : [`work-email:${workEmail}`])],
    givenName: FirstName,
    familyName: LastName,
    workEmail,
    registrations: [],
    skills: [],
  };
}

/** Of the states of a request: as https://developer.deputy.com/deputy-docs/docs/leave lists them, read 2026-11-25. */
const APPROVED = [1, 4, 5];
const NOT_APPROVED = [0, 2, 3];

export function toLeave(leave: DeputyLeave): Canonical['leave'] | Skipped {
  if (NOT_APPROVED.includes(leave.Status)) return skip('leave that is not approved');
  if (!APPROVED.includes(leave.Status)) throw invalid('Status', 'a status from 0 to 5', `the status ${leave.Status}`);
  const { account, window, kind } = leave.joined;
  const hours = leave.AllDay ? null : hoursOf(leave);
  const interval = hours ?? { startsAt: startOfLondonDay(leave.DateStart), endsAt: startOfLondonDay(addDays(leave.DateEnd, 1)) };
  if (!isWithin(interval, window)) return skip(OUTSIDE);
  return { staffKey: employeeKey(account, leave.Employee), kind, ...interval, allDay: hours === null };
}

function hoursOf({ Start, End }: DeputyLeave): Interval | null {
  return Start == null || End == null ? null : { startsAt: new Date(Start * 1000), endsAt: new Date(End * 1000) };
}

/** The same in shifts, leave and people. */
function employeeKey(account: string, employee: number): string {
  return `ref:deputy-${account}:${employee}`;
}

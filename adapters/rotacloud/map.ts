/** What a record of RotaCloud means. Pure. Shifts have unix seconds; leave has London days, halved at noon. */
import type { Canonical } from '../../schema/domain/canonical.ts';
import { addDays, type Day, londonInstant, startOfLondonDay } from '../../schema/domain/time.ts';
import type { EngagementKind } from '../../schema/domain/values.ts';
import { invalid, kindOf, type Skipped, skip } from '../contract.ts';
import { isWithin, type Place, type Role } from '../places-and-roles.ts';
import type { RotaCloudContract, RotaCloudLeave, RotaCloudShift, RotaCloudUser } from './wire.ts';

const DELETED = 'deleted upstream';
const DRAFT = 'a draft that has not been published';
const OUTSIDE = 'outside the window';
const PLACE_LEFT_OUT = 'at a location that the settings leave out';
const ROLE_LEFT_OUT = 'of a role that the settings leave out';

/** A deleted shift keeps its other fields: an open one without a user would otherwise look like a gap to fill. */
export function toShift(shift: RotaCloudShift): Canonical['shift'] | Skipped {
  if (shift.deleted) return skip(DELETED);
  if (!shift.published) return skip(DRAFT);
  const { account, window, place, role } = shift.joined;
  const interval = { startsAt: new Date(shift.start_time * 1000), endsAt: new Date(shift.end_time * 1000) };
  if (!isWithin(interval, window)) return skip(OUTSIDE);
  if (place?.leftOut) return skip(PLACE_LEFT_OUT);
  if (role?.leftOut) return skip(ROLE_LEFT_OUT);
  const at = place ?? unknownPlace('location', shift.location);
  const as = role ?? unknownRole('role', shift.role);
  return {
    organisationCode: at.organisationCode,
    siteCode: at.siteCode,
    role: as.role,
    roleAsSent: as.name,
    skillsNeeded: as.skillsNeeded,
    deliveryMode: as.deliveryMode ?? at.deliveryMode ?? 'ON_SITE',
    ...interval,
    unpaidBreakMinutes: shift.minutes_break,
    ...whoWorks(shift, account),
    fillSource: null,
  };
}

function whoWorks({ open, user }: RotaCloudShift, account: string): Pick<Canonical['shift'], 'status' | 'staffKey'> {
  if (user != null) return { status: 'FILLED', staffKey: userKey(account, user) };
  if (open) return { status: 'OPEN', staffKey: null };
  throw invalid('user', 'who works a shift that is not open', 'nothing');
}

export function toStaffMember(user: RotaCloudUser): Canonical['staffMember'] | Skipped {
  if (user.deleted) return skip(DELETED);
  const { account, payrollNamespace } = user.joined;
  const email = user.email?.trim().toLowerCase() || null;
  const payrollId = user.payroll_id?.trim().toLowerCase() || null;
  return {
    keys: [
      userKey(account, user.id),
      ...(email === null ? [] : [`work-email:${email}`]),
      ...(payrollId === null || payrollNamespace === null ? [] : [`payroll:${payrollNamespace}:${payrollId}`]),
    ],
    givenName: user.first_name,
    familyName: user.last_name,
    workEmail: email,
    registrations: [],
    skills: [],
  };
}

export function toEngagement(user: RotaCloudContract): Canonical['engagement'] | Skipped {
  if (user.deleted) return skip(DELETED);
  const { account, place, role, kind, isOnlyOrganisation } = user.joined;
  if (kind === null) return skip('of a group that is not wanted');
  if (kind === undefined) throw invalid('group', 'a group that the setting engagementKinds names', idInWords('group', user.group));
  if (place?.leftOut) return skip(PLACE_LEFT_OUT);
  if (role?.leftOut) return skip(ROLE_LEFT_OUT);
  const at = place ?? unknownPlace('locations', user.locations.length === 0 ? null : 'another');
  const as = role ?? unknownRole('default_role', user.default_role);
  return {
    staffKey: userKey(account, user.id),
    organisationCode: at.organisationCode,
    kind,
    role: as.role,
    roleAsSent: as.name,
    contractedMinutesPerWeek: hasFixedHours(kind) && isOnlyOrganisation && user.weekly_hours ? Math.round(user.weekly_hours * 60) : null,
    startsOn: user.start_date ?? null,
    endsOn: user.final_working_date ? addDays(user.final_working_date, 1) : null,
  };
}

const hasFixedHours = (kind: EngagementKind) => kind !== 'BANK' && kind !== 'LOCUM' && kind !== 'AGENCY';

export function toLeave(leave: RotaCloudLeave): Canonical['leave'] | Skipped {
  if (leave.deleted) return skip(DELETED);
  if (leave.status !== 'approved') return skip('leave that is not approved');
  const { account, window, kind } = leave.joined;
  const startsAtNoon = halfOf('start_am_pm', leave.start_am_pm) === 'pm';
  const endsAtNoon = halfOf('end_am_pm', leave.end_am_pm) === 'am';
  const startsAt = startsAtNoon ? noonOf(leave.start_date) : startOfLondonDay(leave.start_date);
  const endsAt = endsAtNoon ? noonOf(leave.end_date) : startOfLondonDay(addDays(leave.end_date, 1));
  if (!isWithin({ startsAt, endsAt }, window)) return skip(OUTSIDE);
  return { staffKey: userKey(account, leave.user), kind, startsAt, endsAt, allDay: !startsAtNoon && !endsAtNoon };
}

function halfOf(path: string, half: string | null | undefined): 'am' | 'pm' | null {
  const folded = half?.trim().toLowerCase() || null;
  if (folded === null || folded === 'am' || folded === 'pm') return folded;
  throw invalid(path, 'am, pm or nothing', kindOf(half));
}

/** London's clocks never change at noon. */
function noonOf(on: Day): Date {
  const noon = londonInstant(`${on}T12:00`);
  if (noon.ok) return noon.at;
  throw invalid('start_date', 'a calendar day', 'another');
}

/** The same in shifts, leave and people. */
function userKey(account: string, user: number): string {
  return `ref:rotacloud-${account}:${user}`;
}

function unknownPlace(path: string, location: number | string | null | undefined): Extract<Place, { leftOut: false }> {
  throw invalid(path, 'a location that the setting locations names', idInWords('location', location));
}

function unknownRole(path: string, role: number | null | undefined): Extract<Role, { leftOut: false }> {
  throw invalid(path, 'a role whose name is known, or set under "roles"', idInWords('role', role));
}

const idInWords = (what: string, id: number | string | null | undefined) => (id == null ? 'nothing' : `the ${what} ${id}`);

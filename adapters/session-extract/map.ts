/** What the records of an extract mean. Pure. The extracts write London wall-clock time. */
import { parseDay } from '../../platform/table/cells.ts';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { addDays, type Day, londonInstant } from '../../schema/domain/time.ts';
import { invalid, kindOf, type Removed, type Skipped, skip } from '../contract.ts';
import { namesIn, registrationIn } from '../staff-cells.ts';
import type { Cell, EngagementRecord, PersonRecord, ShiftRecord } from './wire.ts';

const GONE: Removed = { removed: true };
const SUPERSEDED = skip('an earlier state of a row that a later file has');
const UNWANTED = skip('people of a role that is not wanted');

/** EMIS Web writes true and false, SystmOne 1 and 0. */
function isRemoved({ removed: { text, column } }: { readonly removed: Cell }): boolean {
  const answer = { '': false, '0': false, false: false, '1': true, true: true }[text.toLowerCase()];
  if (answer === undefined) throw invalid(column, 'true, false, 1, 0 or nothing', kindOf(text));
  return answer;
}

export function toStaffMember(record: PersonRecord): Canonical['staffMember'] | Skipped | Removed {
  if (record.superseded) return SUPERSEDED;
  if (isRemoved(record)) return GONE;
  if (record.role === null) return UNWANTED;
  const { fullName, givenName, familyName, registration } = record;
  const names = fullName.text === '' ? { givenName: named(givenName), familyName: named(familyName) } : namesIn(fullName.text, fullName.column);
  const found = registration && registrationIn(registration.number.text, registration.number.column, registration.regulator);
  return {
    keys: [...record.keys, ...(found ? [`${found.regulator}:${found.number}`.toLowerCase()] : [])],
    ...names,
    workEmail: null,
    registrations: found ? [found] : [],
    skills: [],
  };
}

function named({ text, column }: Cell): string {
  if (text === '') throw invalid(column, 'a name', 'nothing');
  return text;
}

/** Neither system says on what terms a person works: that is the settings' to say. */
export function toEngagement(record: EngagementRecord): Canonical['engagement'] | Skipped | Removed {
  if (record.superseded) return SUPERSEDED;
  if (isRemoved(record)) return GONE;
  if (record.role === null) return UNWANTED;
  if (record.kind === undefined) return skip('no kind of engagement: the extract does not say it, nor the settings');
  if (record.kind === null) return skip('no engagement, by the settings');
  if (record.obsolete && record.end.text === '') return skip('a person marked as obsolete, without a last day');
  const lastDay = dayIn(record.end);
  return {
    staffKey: personOf(record.staffKey, record.person),
    organisationCode: organisationOf(record),
    kind: record.kind,
    role: roleOf(record),
    roleAsSent: record.roleAsSent.text,
    contractedMinutesPerWeek: null,
    startsOn: dayIn(record.start),
    endsOn: lastDay && addDays(lastDay, 1),
  };
}

/** A session that somebody holds is a shift that is filled. */
export function toShift(record: ShiftRecord): Canonical['shift'] | Skipped | Removed {
  if (record.superseded) return SUPERSEDED;
  if (isRemoved(record)) return GONE;
  // What an earlier row gave as a shift is one no longer.
  const gone = record.hasEarlier ? GONE : null;
  if (record.deliveryMode === null) return gone ?? skip('a session that is no shift, by the settings');
  if (!record.isHeld) return gone ?? skip('a session that nobody holds: whether it wants somebody is not said');
  if (record.role === null) return gone ?? UNWANTED;
  if (record.start === null || record.end === null) return skip('a session without appointments in the window: how long it lasts is not said');
  const startsAt = instantIn(record.start);
  if (startsAt < new Date(record.from) || startsAt >= new Date(record.to)) return skip('outside the window');
  if (!record.isSiteFound) throw invalid(record.site.column, 'a place that the extract has a row for', kindOf(record.site.text));
  const staffKey = personOf(record.staffKey, record.holder);
  return {
    organisationCode: organisationOf(record),
    siteCode: record.siteCode,
    role: roleOf(record),
    roleAsSent: record.roleAsSent.text,
    skillsNeeded: [],
    deliveryMode: record.deliveryMode,
    startsAt,
    endsAt: instantIn(record.end),
    unpaidBreakMinutes: 0,
    status: 'FILLED',
    staffKey,
    fillSource: null,
  };
}

function personOf(staffKey: string | null, { text, column }: Cell): string {
  if (staffKey === null) throw invalid(column, 'a person that the extract has a row for', kindOf(text));
  return staffKey;
}

function roleOf({ role, roleAsSent: { text, column } }: EngagementRecord | ShiftRecord): NonNullable<EngagementRecord['role']> {
  if (!role) throw invalid(column, 'a known role, or one that the setting roles maps', kindOf(text));
  return role;
}

function organisationOf({ organisationCode, organisation: { text, column } }: EngagementRecord | ShiftRecord): string {
  if (organisationCode === undefined) throw invalid(column, 'an organisation whose row has an ODS code, or that the setting organisations maps', kindOf(text));
  return organisationCode;
}

/** `2026-03-02` or `02 Mar 2026`; SystmOne may put a time behind a day, which is passed over. */
function dayIn({ text, column }: Cell): Day | null {
  if (text === '') return null;
  const day = parseDay(text.replace(/ \d{2}:\d{2}:\d{2}$/, ''), 'ymd');
  if (day === null) throw invalid(column, 'a day as 2026-03-02 or 02 Mar 2026', kindOf(text));
  return day;
}

const DAY_AND_TIME = /^(\S.*?) +(\d{2}:\d{2}:\d{2})$/;

/** London wall-clock time as `YYYY-MM-DDTHH:MM:SS`, of `2026-03-02 08:30:00` or `02 Mar 2026 08:30:00`; null when it is neither. */
export function localTimeIn(text: string): string | null {
  const parts = DAY_AND_TIME.exec(text);
  const day = parts && parseDay(parts[1] ?? '', 'ymd');
  return day && `${day}T${parts[2]}`;
}

function instantIn({ text, column }: Cell): Date {
  const local = localTimeIn(text);
  if (local === null) throw invalid(column, 'a date and a time as HH:MM:SS', kindOf(text.trim()));
  const result = londonInstant(local);
  if (result.ok) return result.at;
  const got = { skipped: 'a time that the clocks skip', repeated: 'a time that the clocks repeat: the extract does not say which', malformed: 'another time' };
  throw invalid(column, 'a time that exists once on that day', got[result.problem]);
}

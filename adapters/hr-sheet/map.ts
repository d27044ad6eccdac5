/** What a row of a staff list means. Pure. */
import { z } from 'zod';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { addDays, overlaps, startOfLondonDay } from '../../schema/domain/time.ts';
import type { EngagementKind } from '../../schema/domain/values.ts';
import { invalid, kindOf, type Skipped, skip } from '../contract.ts';
import { dateInWords, dayAfterIn, dayIn, instantOf, minutesPerWeek, namesIn, registrationIn } from '../staff-cells.ts';
import type { CredentialRow, HrRow, LeaveRow } from './wire.ts';

export function toStaffMember(row: HrRow): Canonical['staffMember'] | Skipped {
  if (row.repeat) return skip('a person whom an earlier row gave');
  const { cells, columns } = row;
  const names = cells.fullName === '' ? { givenName: cells.givenName, familyName: cells.familyName } : namesIn(cells.fullName, columns.fullName);
  return {
    keys: keysOf(row),
    ...names,
    workEmail: workEmailOf(row),
    registrations: registrationsOf(row),
    skills: cells.skills
      .split(';')
      .map((skill) => skill.trim())
      .filter((skill) => skill !== ''),
  };
}

/** Every key by which the row knows the person. */
function keysOf(row: HrRow): string[] {
  return [staffKeyOf(row), ...emailKeysOf(row), ...registrationKeysOf(row)].filter((key, index, keys) => keys.indexOf(key) === index);
}

/** The key that other records of the row go by: what else it says of the person may be wrong, and they are kept. */
function staffKeyOf(row: HrRow): string {
  const { namespace, cells, columns } = row;
  if (cells.staffNumber !== '') return `payroll:${namespace}:${cells.staffNumber}`.toLowerCase();
  const key = emailKeysOf(row)[0] ?? registrationKeysOf(row)[0];
  if (key === undefined) throw invalid(columns.staffNumber, 'a staff number, a work e-mail or a registration: a name tells nobody apart', 'nothing');
  return key;
}

function emailKeysOf(row: HrRow): readonly string[] {
  const address = workEmailOf(row);
  return address === null ? [] : [`work-email:${address}`];
}

function registrationKeysOf(row: HrRow): readonly string[] {
  return registrationsOf(row).map(({ regulator, number }) => `${regulator}:${number}`.toLowerCase());
}

const email = z.email();

function workEmailOf({ cells, columns }: HrRow): string | null {
  if (cells.workEmail === '') return null;
  const address = cells.workEmail.toLowerCase();
  if (!email.safeParse(address).success) throw invalid(columns.workEmail, 'an e-mail address', kindOf(address));
  return address;
}

function registrationsOf({ registrations, columns }: HrRow): Canonical['staffMember']['registrations'] {
  const found = registrations.flatMap(({ regulator, isNamed, number, column }) => {
    if (isNamed && regulator === undefined) {
      throw invalid(columns.registrationBody, 'a known body, or one that the setting registrationBodies maps', 'another, beside a number');
    }
    const registration = registrationIn(number, column, regulator);
    return registration === null ? [] : [registration];
  });
  return [...new Map(found.map((registration) => [`${registration.regulator} ${registration.number}`, registration])).values()];
}

export function toEngagement(row: HrRow): Canonical['engagement'] | Skipped {
  if (row.repeat) return skip('an engagement that an earlier row gave');
  const { cells, columns, role, dateOrder } = row;
  if (role === null) return skip('a role that is not wanted');
  if (row.engagementKind === null) return skip('terms that are not wanted');
  if (role === undefined) throw invalid(columns.role, 'a known role, or one that the setting roles maps', kindOf(cells.role));
  const kind = engagementKindOf(row);
  return {
    staffKey: staffKeyOf(row),
    organisationCode: organisationOf(row),
    kind,
    role,
    roleAsSent: cells.role,
    contractedMinutesPerWeek: hasFixedHours(kind) ? weekOf(row) : null,
    startsOn: dayIn(cells.startDate, columns.startDate, dateOrder),
    endsOn: dayAfterIn(cells.endDate, columns.endDate, dateOrder),
  };
}

const hasFixedHours = (kind: EngagementKind) => kind !== 'BANK' && kind !== 'LOCUM' && kind !== 'AGENCY';

function weekOf({ cells, columns, minutesPerSession }: HrRow): number | null {
  return minutesPerWeek({
    hours: { text: cells.hoursPerWeek, column: columns.hoursPerWeek },
    fte: { text: cells.fte, column: columns.fte },
    sessions: { text: cells.sessionsPerWeek, column: columns.sessionsPerWeek, minutes: minutesPerSession },
  });
}

function engagementKindOf({ engagementKind, cells, columns }: HrRow): EngagementKind {
  if (engagementKind) return engagementKind;
  throw invalid(columns.engagementKind, 'known terms, or words that the setting engagementKinds maps', kindOf(cells.engagementKind));
}

function organisationOf({ organisationCode, cells, columns }: HrRow): string {
  if (organisationCode !== undefined) return organisationCode;
  throw invalid(columns.organisation, 'an ODS code, or a name that the setting organisations maps', kindOf(cells.organisation));
}

/**
 * A person whose terms are the bank's is in it for that time. A column that says so gives no time: whoever leaves a
 * practice often stays in its bank.
 */
export function toBankMembership(row: HrRow): Canonical['bankMembership'] | Skipped {
  if (row.repeat) return skip('a membership that an earlier row gave');
  const { cells, columns, dateOrder } = row;
  if (row.bankCode) return { staffKey: staffKeyOf(row), bankCode: row.bankCode, startsOn: null, endsOn: null };
  if (row.engagementKind === 'BANK') {
    return {
      staffKey: staffKeyOf(row),
      bankCode: organisationOf(row),
      startsOn: dayIn(cells.startDate, columns.startDate, dateOrder),
      endsOn: dayAfterIn(cells.endDate, columns.endDate, dateOrder),
    };
  }
  if (row.bankCode === undefined) throw invalid(columns.bank, 'yes, no, an ODS code or a name that the setting organisations maps', 'other words');
  return skip('not in the bank');
}

export function toCredential(row: CredentialRow): Canonical['credential'] | Skipped {
  if (row.repeat) return skip('a credential that an earlier row gave');
  const { credential, columns, dateOrder } = row;
  if (credential.kind === null) return skip('a credential that no rule asks for');
  if (credential.kind === undefined) throw invalid(columns.credential, 'a known credential, or one that the setting credentials maps', 'another');
  if (!credential.held) return skip('a credential that is not held');
  return { staffKey: staffKeyOf(row), kind: credential.kind, expiresOn: dayIn(credential.expires, credential.column, dateOrder) };
}

/** Leave without an end lasts: it is taken to go on to the end of the window, and read again next time. */
export function toLeave(row: LeaveRow): Canonical['leave'] | Skipped {
  if (row.repeat) return skip('leave that an earlier row gave');
  const { cells, columns, dateOrder } = row;
  const window = { startsAt: new Date(row.from), endsAt: new Date(row.to) };
  const firstDay = dayIn(cells.leaveStart, columns.leaveStart, dateOrder);
  if (firstDay === null) {
    if (cells.leaveEnd === '') return skip('no leave in this row');
    throw invalid(columns.leaveStart, dateInWords(dateOrder), 'nothing');
  }
  const lastDay = dayIn(cells.leaveEnd, columns.leaveEnd, dateOrder);
  const startsAt = cells.leaveStartTime === '' ? startOfLondonDay(firstDay) : instantOf(firstDay, cells.leaveStartTime, columns.leaveStartTime);
  const endOf = (day: string) => (cells.leaveEndTime === '' ? startOfLondonDay(addDays(day, 1)) : instantOf(day, cells.leaveEndTime, columns.leaveEndTime));
  const endsAt = lastDay === null ? window.endsAt : endOf(lastDay);
  if (lastDay !== null && startsAt >= endsAt) throw invalid(columns.leaveEnd, 'an end after the start', 'an earlier one');
  if (!overlaps({ startsAt, endsAt }, window)) return skip('outside the window');
  return { staffKey: staffKeyOf(row), kind: row.leaveKind, startsAt, endsAt, allDay: cells.leaveStartTime === '' && cells.leaveEndTime === '' };
}

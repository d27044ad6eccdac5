/** What a row of a report means. Pure. */
import { type DateOrder, parseDay, parseTime } from '../../platform/table/cells.ts';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { hasRegistrationForm, REGULATORS } from '../../schema/domain/codes.ts';
import { FULL_TIME_MINUTES_PER_WEEK } from '../../schema/domain/staff.ts';
import { addDays, type Day, londonInstant, overlaps, startOfLondonDay } from '../../schema/domain/time.ts';
import type { EngagementKind } from '../../schema/domain/values.ts';
import { invalid, kindOf, type Skipped, skip } from '../contract.ts';
import { unpackPosition } from '../nhs-words.ts';
import type { AbsenceRow, CompetenceRow, StaffRow } from './wire.ts';

/** Oracle's end of time, which ESR writes for "no end". */
const END_OF_TIME = '4712-12-31';

export function toStaffMember(row: StaffRow): Canonical['staffMember'] | Skipped {
  if (row.repeat) return skip('a person whom an earlier row gave');
  const { cells } = row;
  const email = cells.email.toLowerCase() || null;
  const registrations = registrationsOf(row);
  return {
    keys: [
      payrollKey(row),
      ...(email === null ? [] : [`work-email:${email}`]),
      ...registrations.map(({ regulator, number }) => `${regulator}:${number}`.toLowerCase()),
    ],
    givenName: cells.firstName,
    familyName: cells.lastName,
    workEmail: email,
    registrations,
    skills: cells.skills
      .split(';')
      .map((skill) => skill.trim())
      .filter((skill) => skill !== ''),
  };
}

/** A body without a number says nothing; a number without a body says too little. */
function registrationsOf({ registrations, columns }: StaffRow): Canonical['staffMember']['registrations'] {
  const found = registrations.flatMap(({ regulator, number: asSent }) => {
    const number = asSent.replace(/\s+/g, '').toUpperCase();
    if (number === '' || regulator === null) return [];
    if (regulator === undefined) {
      throw invalid(columns.registrationBody, 'a known body, or one that the setting registrationBodies maps', 'another, beside a number');
    }
    if (!hasRegistrationForm(regulator, number)) {
      throw invalid(columns.registrationNumber, `a ${regulator} number: ${REGULATORS[regulator].formInWords}`, kindOf(number));
    }
    return [{ regulator, number }];
  });
  return [...new Map(found.map((registration) => [`${registration.regulator} ${registration.number}`, registration])).values()];
}

export function toEngagement(row: StaffRow): Canonical['engagement'] | Skipped {
  if (row.repeat) return skip('an assignment that an earlier row gave');
  const kind = kindOfAssignment(row);
  if (kind === null) return skip('an assignment category that is not wanted');
  if (row.role === undefined) throw invalid(row.columns.jobRole, 'a known role, or one that the setting roles or occupationCodes maps', unknownRole(row));
  return {
    staffKey: payrollKey(row),
    organisationCode: organisationOf(row),
    kind,
    role: row.role,
    roleAsSent: row.cells.jobRole || unpackPosition(row.cells.position).title || null,
    contractedMinutesPerWeek: hasFixedHours(kind) ? minutesPerWeek(row) : null,
    ...daysOf(row),
  };
}

export function toBankMembership(row: StaffRow): Canonical['bankMembership'] | Skipped {
  if (row.repeat) return skip('an assignment that an earlier row gave');
  if (kindOfAssignment(row) !== 'BANK') return skip('not a bank assignment');
  return { staffKey: payrollKey(row), bankCode: organisationOf(row), ...daysOf(row) };
}

function kindOfAssignment({ kind, columns, cells }: StaffRow): EngagementKind | null {
  if (kind !== undefined) return kind;
  throw invalid(columns.assignmentCategory, 'a known category, or one that the setting assignmentCategories maps', kindOf(cells.assignmentCategory));
}

const hasFixedHours = (kind: EngagementKind) => kind !== 'BANK' && kind !== 'LOCUM' && kind !== 'AGENCY';

/** The occupation code is shown where it has the form of one: it is a code of a national list, never a name. */
function unknownRole({ cells }: StaffRow): string {
  const code = (cells.occupationCode || unpackPosition(cells.position).occupationCode).toUpperCase();
  return /^[A-Z0-9]{3}$/.test(code) ? `another, with occupation code ${code}` : kindOf(cells.jobRole);
}

function organisationOf({ organisationCode, columns, cells }: StaffRow): string {
  if (organisationCode !== undefined) return organisationCode;
  throw invalid(columns.organisation, 'an ODS code, or a name that the setting organisations maps', kindOf(cells.organisation));
}

/** Contracted hours where the report has them, else FTE. Null when it has neither. */
function minutesPerWeek({ cells, columns }: StaffRow): number | null {
  if (cells.contractedHours !== '') return Math.round(decimal(cells.contractedHours, columns.contractedHours, 'hours a week, 0 to 168', 168) * 60);
  if (cells.fte !== '') return Math.round(decimal(cells.fte, columns.fte, 'full-time equivalents, 0 to 4', 4) * FULL_TIME_MINUTES_PER_WEEK);
  return null;
}

function decimal(text: string, column: string, expected: string, most: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw invalid(column, expected, Number.isNaN(value) ? kindOf(text) : 'a larger number');
}

/** The report gives the last day; ours is the day after. */
function daysOf({ cells, columns, dateOrder }: StaffRow): { readonly startsOn: Day | null; readonly endsOn: Day | null } {
  const startsOn = dayIn(cells.startDate, columns.startDate, dateOrder) ?? dayIn(cells.latestStartDate, columns.latestStartDate, dateOrder);
  const lastDay = dayIn(cells.endDate, columns.endDate, dateOrder);
  return { startsOn, endsOn: lastDay && addDays(lastDay, 1) };
}

export function toCredential(row: CompetenceRow): Canonical['credential'] | Skipped {
  const { kind, cells, columns, dateOrder } = row;
  if (kind === null) return skip('a competence that no rule asks for');
  if (kind === undefined) throw invalid(columns.competence, 'a known competence, or one that the setting competences maps', kindOf(cells.competence));
  if (row.repeat) return skip('a competence that an earlier row gave');
  return { staffKey: payrollKey(row), kind, expiresOn: dayIn(cells.expiryDate, columns.expiryDate, dateOrder) };
}

/** An absence without an end is one that lasts: it is taken to go on to the end of the window, and read again next time. */
export function toLeave(row: AbsenceRow): Canonical['leave'] | Skipped {
  if (row.repeat) return skip('an absence that an earlier row gave');
  const { cells, columns, dateOrder } = row;
  const window = { startsAt: new Date(row.from), endsAt: new Date(row.to) };
  const firstDay = dayIn(cells.startDate, columns.startDate, dateOrder);
  if (firstDay === null) throw invalid(columns.startDate, dateInWords(dateOrder), 'nothing');
  const lastDay = dayIn(cells.endDate, columns.endDate, dateOrder);
  const startsAt = cells.startTime === '' ? startOfLondonDay(firstDay) : instantOf(firstDay, cells.startTime, columns.startTime);
  const endsAt =
    lastDay === null ? window.endsAt : cells.endTime === '' ? startOfLondonDay(addDays(lastDay, 1)) : instantOf(lastDay, cells.endTime, columns.endTime);
  if (lastDay !== null && startsAt >= endsAt) throw invalid(columns.endDate, 'an end after the start', 'an earlier one');
  if (!overlaps({ startsAt, endsAt }, window)) return skip('outside the window');
  return { staffKey: payrollKey(row), kind: row.kind, startsAt, endsAt, allDay: cells.startTime === '' && cells.endTime === '' };
}

function instantOf(day: Day, time: string, column: string): Date {
  const clock = parseTime(time);
  if (clock === null) throw invalid(column, 'a time as HH:MM', kindOf(time));
  const result = londonInstant(`${day}T${clock}`);
  if (result.ok) return result.at;
  throw invalid(column, 'a time that exists once on that day', result.problem === 'skipped' ? 'one that the clocks skip' : 'one that the clocks repeat');
}

function payrollKey({ namespace, cells, columns }: { namespace: string; cells: { employeeNumber: string }; columns: { employeeNumber: string } }): string {
  if (cells.employeeNumber === '') throw invalid(columns.employeeNumber, 'an employee number', 'nothing');
  return `payroll:${namespace}:${cells.employeeNumber}`.toLowerCase();
}

/** The day that a cell names; null when it is empty or the end of time. */
function dayIn(text: string, column: string, order: DateOrder): Day | null {
  if (text === '') return null;
  const day = parseDay(text, order);
  if (day === null) throw invalid(column, dateInWords(order), kindOf(text));
  return day === END_OF_TIME ? null : day;
}

const dateInWords = (order: DateOrder) => `a date as ${{ dmy: 'DD/MM/YYYY', ymd: 'YYYY/MM/DD', mdy: 'MM/DD/YYYY' }[order]} or 01-Apr-2026`;

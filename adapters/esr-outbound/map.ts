/** What a line means once all files were read. Pure. */
import { parseDay } from '../../platform/table/cells.ts';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { FULL_TIME_MINUTES_PER_WEEK } from '../../schema/domain/staff.ts';
import { addDays, type Day } from '../../schema/domain/time.ts';
import type { EngagementKind } from '../../schema/domain/values.ts';
import { invalid, kindOf, type Removed, type Skipped, skip } from '../contract.ts';
import type { AssignmentLine, PersonLine, StandingAssignment } from './wire.ts';

/** Oracle's end of time, which ESR writes for "no end". */
const END_OF_TIME = '4712-12-31';

const REPLACED = 'a line that a later one replaces';
/** Applicants and contacts are in ESR as well. */
const NOT_EMPLOYED = 'a person without an employee number';
const NOT_WANTED = 'an assignment category that is not wanted';

export function toStaffMember(line: PersonLine): Canonical['staffMember'] | Skipped | Removed {
  if (line.fate === 'deleting') return { removed: true };
  if (line.fate === 'replaced') return skip(REPLACED);
  const { cells, namespace } = line;
  if (cells.EmployeeNumber === '') return skip(NOT_EMPLOYED);
  const workEmail = cells.OfficeEmailAddress.toLowerCase() || null;
  return {
    keys: [payrollKey(namespace, cells.EmployeeNumber), ...(workEmail === null ? [] : [`work-email:${workEmail}`])],
    givenName: cells.FirstName,
    familyName: cells.LastName,
    workEmail,
    registrations: [],
    skills: [],
  };
}

const payrollKey = (namespace: string, employeeNumber: string) => `payroll:${namespace}:${employeeNumber}`.toLowerCase();

export function toEngagement(line: AssignmentLine): Canonical['engagement'] | Skipped | Removed {
  const standing = standingOf(line);
  if ('skipped' in standing || 'removed' in standing) return standing;
  const { cells, role, jobRole } = standing;
  const kind = kindOfAssignment(standing);
  if (kind === null) return skip(NOT_WANTED);
  if (role === undefined) throw invalid('JobName', 'a known role, or one that the setting roles or occupationCodes maps', unknownRole(standing));
  const hasFixedHours = kind !== 'BANK' && kind !== 'LOCUM' && kind !== 'AGENCY';
  return {
    staffKey: staffKeyOf(standing),
    organisationCode: organisationOf(standing),
    kind,
    role,
    roleAsSent: jobRole || null,
    contractedMinutesPerWeek: hasFixedHours ? minutesPerWeek(cells) : null,
    ...daysOf(standing),
  };
}

export function toBankMembership(line: AssignmentLine): Canonical['bankMembership'] | Skipped | Removed {
  const standing = standingOf(line);
  if ('skipped' in standing || 'removed' in standing) return standing;
  if (kindOfAssignment(standing) !== 'BANK') return skip('not a bank assignment');
  return { staffKey: staffKeyOf(standing), bankCode: organisationOf(standing), ...daysOf(standing) };
}

function standingOf(line: AssignmentLine): StandingAssignment | Skipped | Removed {
  if (line.fate === 'deleting') return { removed: true };
  if (line.fate === 'replaced') return skip(REPLACED);
  const { AssignmentType } = line.cells;
  if (AssignmentType === 'A') return skip('an application, not an assignment');
  if (AssignmentType !== 'E' && AssignmentType !== '') throw invalid('AssignmentType', 'E, or A for an applicant', 'another');
  return line;
}

function kindOfAssignment({ kind, cells }: StandingAssignment): EngagementKind | null {
  if (kind !== undefined) return kind;
  const category = cells.AssignmentCategory || cells.EmployeeCategory;
  throw invalid('AssignmentCategory', 'a known category, or one that the setting assignmentCategories maps', kindOf(category));
}

/** The occupation code is shown where it has the form of one: it is a code of a national list, never a name. */
function unknownRole({ occupationCode, jobRole }: StandingAssignment): string {
  return /^[A-Z0-9]{3}$/.test(occupationCode) ? `another, with occupation code ${occupationCode}` : kindOf(jobRole);
}

function staffKeyOf({ namespace, person }: StandingAssignment): string {
  if (person === null || person.employeeNumber === '') throw invalid('PersonId', 'a person with an employee number in these files', 'another');
  return payrollKey(namespace, person.employeeNumber);
}

function organisationOf({ organisationCode, cells }: StandingAssignment): string {
  if (organisationCode !== undefined) return organisationCode;
  const got = /^\d{1,18}$/.test(cells.OrganisationId) ? `the organisation ${cells.OrganisationId}` : kindOf(cells.OrganisationId);
  throw invalid('OrganisationId', 'an organisation with an ODS code in ESR, or one that the setting organisations maps', got);
}

const WEEKLY = ['', 'w', 'week', 'weekly'];

/** Normal hours where they are of a week, else FTE. Null when it has neither. */
function minutesPerWeek({ NormalHours, Frequency, Fte }: StandingAssignment['cells']): number | null {
  if (NormalHours !== '' && WEEKLY.includes(Frequency.toLowerCase()))
    return Math.round(decimal(NormalHours, 'NormalHours', 'hours a week, 0 to 168', 168) * 60);
  if (Fte !== '') return Math.round(decimal(Fte, 'Fte', 'full-time equivalents, 0 to 4', 4) * FULL_TIME_MINUTES_PER_WEEK);
  if (NormalHours === '') return null;
  throw invalid('Frequency', 'Week, or an FTE beside it', 'another');
}

function decimal(text: string, column: string, expected: string, most: number): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw invalid(column, expected, Number.isNaN(value) ? kindOf(text) : 'a larger number');
}

/**
 * From the first day of the assignment to the day after its last, or after the person's last, whichever comes first.
 * EffectiveEndDate is the end of the line as it stands, not of the assignment: another line follows it. A person who came
 * back may carry the end of an earlier employment.
 */
function daysOf({ cells, person }: StandingAssignment): { readonly startsOn: Day | null; readonly endsOn: Day | null } {
  const startsOn = dayIn(cells.EarliestAssignmentDate, 'EarliestAssignmentDate') ?? dayIn(cells.EffectiveStartDate, 'EffectiveStartDate');
  const lastDay = dayIn(cells.AssignmentEndDate, 'AssignmentEndDate');
  if (startsOn !== null && lastDay !== null && lastDay < startsOn) throw invalid('AssignmentEndDate', 'a day not before the first', 'an earlier one');
  const terminatedOn = dayIn(person?.terminatedOn ?? '', 'ActualTerminationDate');
  const isOfThisEmployment = terminatedOn !== null && (startsOn === null || terminatedOn >= startsOn);
  const [earliest] = [lastDay, isOfThisEmployment ? terminatedOn : null].filter((day) => day !== null).sort();
  return { startsOn, endsOn: earliest === undefined ? null : addDays(earliest, 1) };
}

/** The day that a cell names; null when it is empty or the end of time. */
function dayIn(text: string, column: string): Day | null {
  if (text === '') return null;
  const day = /^\d{8}$/.test(text) ? parseDay(text, 'ymd') : null;
  if (day === null) throw invalid(column, 'a date as YYYYMMDD', kindOf(text));
  return day === END_OF_TIME ? null : day;
}

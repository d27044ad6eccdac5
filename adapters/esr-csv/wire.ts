/**
 * What the reports hold, after the words of closed lists were looked up: text by field, and what the report calls each
 * field.
 *
 * The fields below are all that is read. A report may hold more: date of birth, national insurance number, pay, ethnic
 * origin, disability and the reason of an absence are columns that no setting can name.
 */
import { z } from 'zod';
import { REGULATOR_CODES, type Regulator } from '../../schema/domain/codes.ts';
import { CREDENTIAL_KINDS } from '../../schema/domain/staff.ts';
import { ENGAGEMENT_KINDS, jobRole, LEAVE_KINDS } from '../../schema/domain/values.ts';

/**
 * Field → what ESR reports call its column. Employers choose both the columns and their headings, so a setting may name
 * another.
 */
export const STAFF_COLUMNS = {
  assignmentNumber: ['Assignment Number'],
  employeeNumber: ['Employee Number'],
  firstName: ['First Name', 'Preferred First Name'],
  lastName: ['Last Name'],
  jobRole: ['Job Role', 'Role'],
  occupationCode: ['Occupation Code'],
  position: ['Position', 'Position Title', 'Position Name'],
  fte: ['FTE', 'Contracted FTE'],
  contractedHours: ['Contracted Hours', 'Weekly Hours'],
  assignmentCategory: ['Assignment Category', 'Employee Category'],
  organisation: ['Organisation', 'Employing Organisation', 'Org L4'],
  email: ['Email Address', 'Email', 'Work Email', 'Office Email Address'],
  registrationBody: ['Professional Registration Body', 'Registration Body'],
  registrationNumber: ['Professional Registration Num', 'Professional Registration Number', 'Registration Number'],
  startDate: ['Start Date', 'Assignment Start Date'],
  latestStartDate: ['Latest Start Date'],
  endDate: ['End Date', 'Assignment End Date', 'Termination Date'],
  skills: ['Skills'],
} as const;
export type StaffField = keyof typeof STAFF_COLUMNS;
/** Without these a row says nothing. */
export const STAFF_NEEDED: readonly StaffField[] = [
  'assignmentNumber',
  'employeeNumber',
  'firstName',
  'lastName',
  'jobRole',
  'assignmentCategory',
  'organisation',
];

export const COMPETENCE_COLUMNS = {
  employeeNumber: ['Employee Number'],
  competence: ['Competence Name', 'Competence'],
  expiryDate: ['Expiry Date', 'Competence Expiry Date', 'End Date'],
} as const;
export type CompetenceField = keyof typeof COMPETENCE_COLUMNS;

export const ABSENCE_COLUMNS = {
  employeeNumber: ['Employee Number'],
  absenceType: ['Absence Type', 'Type'],
  startDate: ['Absence Start Date', 'Start Date'],
  endDate: ['Absence End Date', 'End Date'],
  startTime: ['Absence Start Time', 'Start Time'],
  endTime: ['Absence End Time', 'End Time'],
} as const;
export type AbsenceField = keyof typeof ABSENCE_COLUMNS;
export const ABSENCE_NEEDED: readonly AbsenceField[] = ['employeeNumber', 'absenceType', 'startDate', 'endDate'];

const textBy = <Field extends string>(fields: readonly Field[]) => z.record(z.enum(fields as [Field, ...Field[]]), z.string());
const fieldsOf = <Field extends string>(columns: Readonly<Record<Field, unknown>>) => Object.keys(columns) as Field[];

const common = {
  /** Of the payroll: employee numbers are unique within it. */
  namespace: z.string(),
  dateOrder: z.enum(['dmy', 'ymd', 'mdy']),
  /** Whether it repeats a record that an earlier row of the report gave. */
  repeat: z.boolean(),
};

/** A looked-up word: null when it is known and not wanted, left out when it is not known. */
const regulator = z.enum(REGULATOR_CODES as unknown as readonly [Regulator, ...Regulator[]]).nullish();

export const StaffRow = z.object({
  ...common,
  cells: textBy(fieldsOf(STAFF_COLUMNS)),
  columns: textBy(fieldsOf(STAFF_COLUMNS)),
  role: jobRole.optional(),
  kind: z.enum(ENGAGEMENT_KINDS).nullish(),
  organisationCode: z.string().optional(),
  /** From all rows of the person. */
  registrations: z.array(z.object({ regulator, number: z.string() })),
});
export type StaffRow = z.output<typeof StaffRow>;

export const CompetenceRow = z.object({
  ...common,
  cells: textBy(fieldsOf(COMPETENCE_COLUMNS)),
  columns: textBy(fieldsOf(COMPETENCE_COLUMNS)),
  kind: z.enum(CREDENTIAL_KINDS).nullish(),
});
export type CompetenceRow = z.output<typeof CompetenceRow>;

const absenceFieldsKept = fieldsOf(ABSENCE_COLUMNS).filter((field) => field !== 'absenceType');

/** The words for the type of an absence may be health data: they are looked up on reading, and are not in the record. */
export const AbsenceRow = z.object({
  ...common,
  cells: textBy(absenceFieldsKept),
  columns: textBy(absenceFieldsKept),
  kind: z.enum(LEAVE_KINDS),
  /** The window of the pull, instants. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});
export type AbsenceRow = z.output<typeof AbsenceRow>;

/**
 * One row of a staff list in NWRS terms, after its words were looked up.
 *
 * The fields below are all that is read. NWRS also asks for birth dates, national insurance numbers, gender and where
 * people qualified: no setting can name such a column.
 */
import { z } from 'zod';
import { REGULATOR_CODES, type Regulator, STAFF_GROUPS, type StaffGroup } from '../../schema/domain/codes.ts';
import { ENGAGEMENT_KINDS, jobRole } from '../../schema/domain/values.ts';

/**
 * Field → headings that are looked for.
 *
 * Seen: those of the published individual-level file (in capitals) and of the guidance on ad-hoc locums (GMC Registration
 * Number, First Name, Last Name, Contract Type). The others are inferred: the template for bulk uploads is not public.
 */
export const COLUMNS = {
  staffNumber: ['Staff Number', 'Employee Number', 'Payroll Number'],
  givenName: ['First Name', 'Forename'],
  familyName: ['Last Name', 'Surname'],
  workEmail: ['Work Email', 'Email Address', 'Email'],
  registrationNumber: ['GMC Registration Number', 'Registration Number', 'Professional Registration Number'],
  registrationBody: ['Registration Body', 'Professional Body'],
  dataSource: ['Data_source', 'Module'],
  staffGroup: ['STAFF_GROUP', 'Staff Group'],
  staffRole: ['STAFF_ROLE', 'Staff Role', 'Job Role'],
  detailedRole: ['DETAILED_STAFF_ROLE', 'Detailed Staff Role', 'Detailed Role'],
  contractType: ['Contract Type'],
  fte: ['FTE', 'Contracted FTE'],
  hoursPerWeek: ['Contracted Hours', 'Hours per Week', 'Weekly Hours'],
  organisation: ['PCN_CODE', 'PCN Code', 'PRAC_CODE', 'Practice Code', 'ODS Code'],
  startDate: ['Start Date', 'Contract Start Date', 'Date Joined'],
  endDate: ['End Date', 'Contract End Date', 'Leaving Date', 'Date Left'],
} as const;
export type Field = keyof typeof COLUMNS;
export const FIELDS = Object.keys(COLUMNS) as readonly Field[];

/** Without these a row says nothing. */
export const NEEDED: readonly Field[] = ['givenName', 'familyName', 'registrationNumber', 'staffRole', 'detailedRole'];

const textByField = z.object(Object.fromEntries(FIELDS.map((field) => [field, z.string()])) as Record<Field, z.ZodString>);

/** A word that was looked up is null when it is known and not wanted, and left out when it is not known. */
export const NwrsRow = z.object({
  /** Staff numbers are unique within it. */
  namespace: z.string(),
  dateOrder: z.enum(['dmy', 'ymd', 'mdy']),
  /** Whether it repeats a record that an earlier row gave. */
  repeat: z.boolean(),
  cells: textByField,
  columns: textByField,
  regulator: z.enum(REGULATOR_CODES as unknown as readonly [Regulator, ...Regulator[]]).nullish(),
  role: jobRole.nullish(),
  /** Whether the settings gave it. */
  roleIsOwn: z.boolean(),
  /** Of the row's own column. */
  staffGroup: z.enum(Object.keys(STAFF_GROUPS) as [StaffGroup, ...StaffGroup[]]).optional(),
  kind: z.enum(ENGAGEMENT_KINDS).nullish(),
  organisationCode: z.string().optional(),
});
export type NwrsRow = z.output<typeof NwrsRow>;

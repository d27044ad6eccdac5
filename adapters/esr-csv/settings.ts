/** What an employer sets: which reports there are, what their columns are called, and what its own words mean. */
import { z } from 'zod';
import { foldName } from '../../platform/table/cells.ts';
import { REGULATOR_CODES, type Regulator } from '../../schema/domain/codes.ts';
import { CREDENTIAL_KINDS } from '../../schema/domain/staff.ts';
import { ENGAGEMENT_KINDS, jobRole, LEAVE_KINDS, odsCode } from '../../schema/domain/values.ts';
import { namespace } from '../setting-values.ts';
import { columnSetting, type OwnNames } from '../table-pages.ts';
import { ABSENCE_COLUMNS, COMPETENCE_COLUMNS, STAFF_COLUMNS } from './wire.ts';

const reportFile = z.string().min(1);

const words = <Value extends z.ZodType>(value: Value, description: string) => z.record(z.string(), value).default({}).describe(description);
const regulator = z.enum(REGULATOR_CODES as unknown as readonly [Regulator, ...Regulator[]]);

/** What the columns of such a name hold is read as nothing else either. */
const PRIVATE = /birth|(?<![a-z])dob|nino|nationalinsurance|ninumber|ethnic|religio|disab|sexual|gender|marital|salary|homeaddress|reason/;

/** The type of an absence is looked up and goes no further, so a report may have its reason in that place. */
function isReadable({ absenceType: _lookedUp, ...own }: OwnNames<string>): boolean {
  return Object.values(own).every((heading) => !PRIVATE.test(foldName(heading ?? '')));
}

const readable = <Columns extends z.ZodType<OwnNames<string>>>(columns: Columns) =>
  columns.refine(isReadable, 'columns that may be read: no birth date, national insurance number, pay, origin, belief, disability, home address or reason');

export const EsrCsvSettings = z.object({
  namespace: namespace.describe(
    'A name for the payroll, within which employee numbers are unique. Another system that has the same numbers must use the same name.',
  ),
  staffFile: reportFile.describe('The staff report, .csv or .xlsx: one row for each assignment.'),
  competencesFile: reportFile.optional().describe('The competence report, .csv or .xlsx: one row for each competence of a person.'),
  absencesFile: reportFile.optional().describe('The absence report, .csv or .xlsx: one row for each absence.'),
  dateOrder: z.enum(['dmy', 'ymd', 'mdy']).default('dmy').describe('How dates of digits alone are written. Default dmy.'),
  headerRow: z.number().int().min(1).default(1).describe('The row that holds the column names, in every report. Rows above it are passed over.'),
  staffColumns: readable(columnSetting(STAFF_COLUMNS, 'staff report')),
  competenceColumns: readable(columnSetting(COMPETENCE_COLUMNS, 'competence report')),
  absenceColumns: readable(columnSetting(ABSENCE_COLUMNS, 'absence report')),
  organisations: words(odsCode, 'Name of an organisation as the report writes it → its ODS code. A code stands for itself.'),
  roles: words(jobRole, 'Job role or title of a position → role. Comes before what is known.'),
  occupationCodes: words(jobRole, 'Occupation code → role, where neither job role nor position says enough.'),
  assignmentCategories: words(z.enum(ENGAGEMENT_KINDS).nullable(), 'Assignment category → kind of engagement, or null where such rows are not wanted.'),
  registrationBodies: words(regulator.nullable(), 'Registration body → regulator, or null where its register is not kept here.'),
  competences: words(z.enum(CREDENTIAL_KINDS).nullable(), 'Competence → kind of credential, or null where it is not wanted.'),
  absenceTypes: words(z.enum(LEAVE_KINDS), 'Absence type → ANNUAL or STUDY. Every other type reads AWAY.'),
});
export type EsrCsvSettings = z.output<typeof EsrCsvSettings>;

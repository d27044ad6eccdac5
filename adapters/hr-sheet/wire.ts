/**
 * One row of a staff list, after the words of closed lists were looked up.
 *
 * The fields below are all that is read, and only as far as a setting names their columns.
 */
import { z } from 'zod';
import { REGULATOR_CODES, type Regulator } from '../../schema/domain/codes.ts';
import { CREDENTIAL_KINDS } from '../../schema/domain/staff.ts';
import { ENGAGEMENT_KINDS, jobRole, LEAVE_KINDS } from '../../schema/domain/values.ts';

/** Field → what stands in its column. */
export const FIELDS = {
  staffNumber: 'a number that the person alone has',
  assignmentNumber: 'a number that the engagement alone has, where a person may have several',
  givenName: 'given name',
  familyName: 'family name',
  fullName: 'whole name, where it is in one column',
  workEmail: 'work e-mail address',
  registrationBody: 'regulator of the number in registrationNumber',
  registrationNumber: 'registration number of any regulator',
  skills: 'skills, parted by semicolons',
  role: 'job role',
  organisation: 'where the person works: an ODS code or a name',
  engagementKind: 'on what terms: partner, salaried, locum …',
  hoursPerWeek: 'contracted hours a week',
  fte: 'full-time equivalent',
  sessionsPerWeek: 'sessions a week',
  startDate: 'first day of the engagement',
  endDate: 'last day of the engagement',
  bank: 'whether the person is in the bank: yes, no, or whose bank',
  credential: 'name of a credential, in a list with a row for each',
  credentialExpires: 'its last day',
  leaveStart: 'first day away',
  leaveEnd: 'last day away',
  leaveStartTime: 'from what time on the first day',
  leaveEndTime: 'to what time on the last day',
  leaveKind: 'what sort of leave',
} as const;
export type Field = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as readonly Field[];

/** Their words are looked up while the row is read and go no further: one of them may be why a person is away. */
const LOOKED_UP: readonly Field[] = ['bank', 'credential', 'leaveKind', 'registrationBody'];
export const CELLS = FIELD_NAMES.filter((field) => !LOOKED_UP.includes(field));

const textBy = (fields: readonly Field[]) => z.object(Object.fromEntries(fields.map((field) => [field, z.string()])) as Record<Field, z.ZodString>);

const regulator = z.enum(REGULATOR_CODES as unknown as readonly [Regulator, ...Regulator[]]);

/** A word that was looked up is null when it is known and not wanted, and left out when it is not known. */
export const HrRow = z.object({
  /** Staff numbers are unique within it. */
  namespace: z.string(),
  dateOrder: z.enum(['dmy', 'ymd', 'mdy']),
  minutesPerSession: z.number(),
  /** Whether it repeats a record that an earlier row gave. */
  repeat: z.boolean(),
  cells: textBy(CELLS),
  /** What the list calls each field; the field's own name where it has no column. */
  columns: textBy(FIELD_NAMES),
  role: jobRole.nullish(),
  organisationCode: z.string().optional(),
  engagementKind: z.enum(ENGAGEMENT_KINDS).nullish(),
  /** Whose bank the bank column names. */
  bankCode: z.string().nullish(),
  registrations: z.array(z.object({ regulator: regulator.nullish(), isNamed: z.boolean(), number: z.string(), column: z.string() })),
});
export type HrRow = z.output<typeof HrRow>;

export const CredentialRow = HrRow.extend({
  credential: z.object({
    kind: z.enum(CREDENTIAL_KINDS).nullish(),
    /** A date, or '' where the list says by a word that it is held or is not. */
    expires: z.string(),
    held: z.boolean(),
    column: z.string(),
  }),
});
export type CredentialRow = z.output<typeof CredentialRow>;

export const LeaveRow = HrRow.extend({
  leaveKind: z.enum(LEAVE_KINDS),
  /** The window of the pull, instants. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});
export type LeaveRow = z.output<typeof LeaveRow>;

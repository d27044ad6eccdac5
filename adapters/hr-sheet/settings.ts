/** What a practice sets: where its list is, what the columns are called and what its own words mean. */
import { z } from 'zod';
import { foldName } from '../../platform/table/cells.ts';
import { REGULATOR_CODES, type Regulator } from '../../schema/domain/codes.ts';
import { CREDENTIAL_KINDS, type CredentialKind } from '../../schema/domain/staff.ts';
import { ENGAGEMENT_KINDS, jobRole, LEAVE_KINDS, odsCode } from '../../schema/domain/values.ts';
import { namespace } from '../setting-values.ts';
import { isPrivateHeading } from './headings.ts';
import { FIELD_NAMES, FIELDS, type Field } from './wire.ts';

const heading = z
  .string()
  .trim()
  .min(1)
  .refine((name) => !isPrivateHeading(name), 'a column that may be read: birth dates, pay, national insurance, addresses, notes and reasons are not');
/** One heading may stand without brackets. A union would say of a wrong one no more than that it is invalid. */
const headings = z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(heading).min(1));
export type Headings = readonly string[];

/** Our name of a column → what the list calls it. A name that there is not is refused. */
function named<Name extends string>(names: readonly Name[], description: string) {
  const shape = Object.fromEntries(names.map((name) => [name, headings.optional()]));
  return z.strictObject(shape).default({}).describe(description) as unknown as z.ZodType<Readonly<Partial<Record<Name, Headings>>>>;
}

const words = <Value extends z.ZodType>(value: Value, description: string) => z.record(z.string(), value).default({}).describe(description);
const regulator = z.enum(REGULATOR_CODES as unknown as readonly [Regulator, ...Regulator[]]);

const fieldsInWords = Object.entries(FIELDS).map(([field, what]) => `${field} (${what})`);

export const HrSheetSettings = z
  .object({
    namespace: namespace.describe('A name for the staff numbers, within which they are unique. Another list that has the same numbers must use the same name.'),
    file: z.string().min(1).describe('The list, .csv, .xlsx, or a .zip that holds one of them.'),
    entry: z.string().min(1).optional().describe('Which file of a .zip: a regular expression on its path. Default: the first .csv.'),
    sheet: z.string().min(1).optional().describe('Which sheet of a workbook. Default: the first that is not hidden.'),
    headerRow: z.number().int().min(1).default(1).describe('The row that holds the column names. Rows above it are passed over.'),
    encoding: z
      .enum(['auto', 'utf-8', 'utf-16le', 'utf-16be', 'windows-1252'])
      .default('auto')
      .describe('Of a CSV. Default auto: a byte order mark, else UTF-8 where all of it is valid, else Windows-1252.'),
    delimiter: z.string().min(1).max(4).default('auto').describe('Of a CSV. Default auto: comma, semicolon or tab, whichever the header has most of.'),
    dateOrder: z.enum(['dmy', 'ymd', 'mdy']).default('dmy').describe('How dates of digits alone are written. Default dmy. Excel dates need no order.'),
    columns: named<Field>(
      FIELD_NAMES,
      `Field → heading of its column, or a list of headings of which the first that is there is read. A field that is left out is not read. Fields: ${fieldsInWords.join(', ')}.`,
    ),
    registrationColumns: named<Regulator>(
      REGULATOR_CODES,
      'Regulator → heading of the column of its numbers, where each has one of its own: GMC, NMC, HCPC, GPHC.',
    ),
    credentialColumns: named<CredentialKind>(
      CREDENTIAL_KINDS,
      `Credential → heading of the column of its last day, in a list with a row for each person: ${CREDENTIAL_KINDS.join(', ')}.`,
    ),
    organisationCode: odsCode.optional().describe('ODS code of the organisation of rows that name none.'),
    bankCode: odsCode.optional().describe('ODS code of the bank that a yes in the bank column means. Default: the organisation of the row.'),
    defaultEngagementKind: z.enum(ENGAGEMENT_KINDS).optional().describe('Terms of rows that do not say them. Default: such a row is quarantined.'),
    minutesPerSession: z.number().int().min(1).max(720).default(250).describe('Length of a session, where the list counts sessions. Default 250: 4 h 10 min.'),
    roles: words(jobRole.nullable(), 'Role as the list writes it → role, or null where such rows are no engagement. Comes before what is known.'),
    organisations: words(odsCode, 'Name of an organisation as the list writes it → its ODS code. A code stands for itself.'),
    engagementKinds: words(z.enum(ENGAGEMENT_KINDS).nullable(), 'Terms as the list writes them → kind of engagement, or null where such rows are not wanted.'),
    registrationBodies: words(regulator.nullable(), 'Registration body → regulator, or null where its register is not kept here.'),
    credentials: words(z.enum(CREDENTIAL_KINDS).nullable(), 'Name of a credential as the list writes it → credential, or null where it is not wanted.'),
    leaveKinds: words(z.enum(LEAVE_KINDS), 'Sort of leave as the list writes it → ANNUAL or STUDY. Every other word reads AWAY.'),
  })
  .superRefine((settings, context) => {
    const { columns } = settings;
    if (offeredStreams(settings).length === 0) {
      context.addIssue({
        code: 'custom',
        path: ['columns'],
        message: 'columns of at least one of: a name, a role with its organisation and terms, a credential, the bank, leave',
      });
    }
    if (!columns.staffNumber && !columns.workEmail && !columns.registrationNumber && Object.keys(settings.registrationColumns).length === 0) {
      context.addIssue({
        code: 'custom',
        path: ['columns'],
        message: 'a column that tells people apart: staffNumber, workEmail or registrationNumber. A name does not',
      });
    }
    for (const [name, fields] of sharedHeadings(settings)) {
      context.addIssue({ code: 'custom', path: ['columns', fields[0] ?? name], message: `a column of its own, not one that ${fields.join(' and ')} share` });
    }
  });
export type HrSheetSettings = z.output<typeof HrSheetSettings>;

/** What the mapped columns suffice for. */
export function offeredStreams(
  settings: Pick<HrSheetSettings, 'columns' | 'credentialColumns' | 'organisationCode' | 'defaultEngagementKind'>,
): readonly StreamName[] {
  const { columns, credentialColumns, organisationCode, defaultEngagementKind } = settings;
  const isPlaced = columns.organisation !== undefined || organisationCode !== undefined;
  const offered: Readonly<Record<StreamName, boolean>> = {
    staffMembers: columns.fullName !== undefined || (columns.givenName !== undefined && columns.familyName !== undefined),
    engagements: columns.role !== undefined && isPlaced && (columns.engagementKind !== undefined || defaultEngagementKind !== undefined),
    bankMemberships: columns.bank !== undefined || (columns.engagementKind !== undefined && isPlaced),
    credentials: Object.keys(credentialColumns).length > 0 || (columns.credential !== undefined && columns.credentialExpires !== undefined),
    leave: columns.leaveStart !== undefined,
  };
  return (Object.keys(offered) as StreamName[]).filter((name) => offered[name]);
}

export type StreamName = 'staffMembers' | 'engagements' | 'bankMemberships' | 'credentials' | 'leave';

/** Headings that more than one field claims: one of them is a slip. */
function sharedHeadings({ columns, registrationColumns, credentialColumns }: Pick<HrSheetSettings, 'columns' | 'registrationColumns' | 'credentialColumns'>) {
  const claims = [...Object.entries(columns), ...Object.entries(registrationColumns), ...Object.entries(credentialColumns)];
  const fieldsByHeading = Map.groupBy(
    claims.flatMap(([field, names]) => (names ?? []).map((name) => [foldName(name), field] as const)),
    ([name]) => name,
  );
  return [...fieldsByHeading].map(([name, group]) => [name, group.map(([, field]) => field)] as const).filter(([, fields]) => fields.length > 1);
}

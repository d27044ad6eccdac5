/** What a network sets: where its list is, what its columns are called and what its own words mean. */
import { z } from 'zod';
import { foldName } from '../../platform/table/cells.ts';
import { ENGAGEMENT_KINDS, jobRole, odsCode } from '../../schema/domain/values.ts';
import { namespace } from '../setting-values.ts';
import { columnSetting, type OwnNames } from '../table-pages.ts';
import { COLUMNS, type Field } from './wire.ts';

const words = <Value extends z.ZodType>(value: Value, description: string) => z.record(z.string(), value).default({}).describe(description);

/** Names people within one release alone: it is given out anew with each. */
const REASSIGNED = 'uniqueidentifier';
/** NWRS asks for them and nothing here needs them. */
const PRIVATE = /birth|dob|nino|nationalinsurance|ninumber|gender|sex|ethnic|qualif|salary|pay(?!roll)/;

const isReadable = (own: OwnNames<Field>) =>
  Object.values(own).every((heading) => {
    const folded = foldName(heading ?? '').replace(/_/g, '');
    return folded !== REASSIGNED && !PRIVATE.test(folded);
  });

export const NwrsSheetSettings = z
  .object({
    namespace: namespace.describe('A name for the staff numbers, within which they are unique. Another list that has the same numbers must use the same name.'),
    file: z.string().min(1).describe('The list, .csv, .xlsx, or a .zip that holds one of them: one row for each post.'),
    entry: z.string().min(1).optional().describe('Which file of a .zip: a regular expression on its path. Default: the first .csv.'),
    sheet: z.string().min(1).optional().describe('Which sheet of a workbook. Default: the first that is not hidden.'),
    headerRow: z.number().int().min(1).default(1).describe('The row that holds the column names. Rows above it are passed over.'),
    dateOrder: z.enum(['dmy', 'ymd', 'mdy']).default('dmy').describe('How dates of digits alone are written. Default dmy.'),
    columns: columnSetting(COLUMNS, 'list'),
    organisationCode: odsCode.optional().describe('ODS code of the network or practice of rows that name none.'),
    organisations: words(odsCode, 'Name of an organisation as the list writes it → its ODS code. A code stands for itself.'),
    roles: words(jobRole.nullable(), 'Detailed staff role → role, or null where such rows are no engagement here. Comes before what is known.'),
    engagementKinds: words(
      z.enum(ENGAGEMENT_KINDS).nullable(),
      'Contract type, or else detailed staff role → kind of engagement, or null where such rows are not wanted.',
    ),
    defaultEngagementKind: z.enum(ENGAGEMENT_KINDS).optional().describe('Kind of rows that do not say it. Default: such a row is quarantined.'),
  })
  .refine(({ columns }) => isReadable(columns), {
    path: ['columns'],
    message: 'columns that may be read: no birth date, national insurance number, gender or pay, nor the identifier that each release gives out anew',
  });
export type NwrsSheetSettings = z.output<typeof NwrsSheetSettings>;

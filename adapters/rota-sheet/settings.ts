/** What a practice sets: where its rota is, what the columns are called, and what its own words mean. */
import { z } from 'zod';
import { DELIVERY_MODES, FILL_SOURCES, jobRole, LEAVE_KINDS, odsCode, SHIFT_STATUSES } from '../../schema/domain/values.ts';
import { namespace } from '../setting-values.ts';
import { columnSetting } from '../table-pages.ts';
import { COLUMNS } from './wire.ts';

const words = <Value extends z.ZodType>(value: Value, description: string) => z.record(z.string(), value).default({}).describe(description);
const siteCode = z.string().trim().min(1).max(40);

export const RotaSheetSettings = z.object({
  file: z.string().min(1).describe('The rota, .csv, .xlsx, or a .zip that holds one of them: one row for each shift or leave.'),
  entry: z.string().min(1).optional().describe('Which file of a .zip: a regular expression on its path. Default: the first .csv.'),
  sheet: z.string().min(1).optional().describe('Which sheet of a workbook. Default: the first that is not hidden.'),
  headerRow: z.number().int().min(1).default(1).describe('The row that holds the column names. Rows above it are passed over.'),
  encoding: z
    .enum(['auto', 'utf-8', 'utf-16le', 'utf-16be', 'windows-1252'])
    .default('auto')
    .describe('Of a CSV. Default auto: a byte order mark, else UTF-8 where all of it is valid, else Windows-1252.'),
  delimiter: z.string().min(1).max(4).default('auto').describe('Of a CSV. Default auto: comma, semicolon or tab, whichever the header has most of.'),
  columns: columnSetting(COLUMNS, 'rota'),
  organisationCode: odsCode.describe('ODS code of the practice or network whose rota it is; a row with an organisation of its own comes before it.'),
  defaultSite: siteCode.nullable().default(null).describe('Code of the site of rows that name none. Default: not known.'),
  defaultDeliveryMode: z.enum(DELIVERY_MODES).default('ON_SITE').describe('How work of rows that do not say is done. Default ON_SITE.'),
  dateOrder: z
    .enum(['dmy', 'ymd', 'mdy'])
    .default('dmy')
    .describe('How dates of digits alone are written. Default dmy. Excel dates and 2026-03-02 need no order.'),
  staff: z
    .discriminatedUnion('by', [z.strictObject({ by: z.literal('work-email') }), z.strictObject({ by: z.literal('payroll'), namespace })])
    .default({ by: 'work-email' })
    .describe('How the rota tells people apart: {"by": "work-email"}, or {"by": "payroll", "namespace": "…"} with the namespace that the HR report has.'),
  identicalOpenRows: z
    .enum(['each-is-a-shift', 'repeats'])
    .default('each-is-a-shift')
    .describe(
      'Two rows without a person that agree in date, start, role and site: two people are needed, or the later row repeats the first. Default each-is-a-shift.',
    ),
  sites: words(siteCode, 'Name of a site as the rota writes it → its code. A code stands for itself.'),
  organisations: words(odsCode, 'Name of an organisation as the rota writes it → its ODS code. A code stands for itself.'),
  roles: words(jobRole, 'Role as the rota writes it → role. Comes before what is known.'),
  deliveryModes: words(z.enum(DELIVERY_MODES), 'Mode as the rota writes it → delivery mode. Comes before what is known.'),
  statuses: words(z.enum(SHIFT_STATUSES), 'Status as the rota writes it → status. Comes before what is known.'),
  covers: words(z.enum(FILL_SOURCES).nullable(), 'Cover as the rota writes it → how the shift was filled, or null where it says nothing of that.'),
  leave: words(
    z.enum(LEAVE_KINDS).nullable(),
    'Word in the status or role column → kind of leave, or null where such a row is no leave. Every reason but ANNUAL and STUDY is AWAY.',
  ),
  nobody: z.array(z.string().min(1)).default([]).describe('Further words in the staff column that mean that nobody has the shift.'),
});
export type RotaSheetSettings = z.output<typeof RotaSheetSettings>;
